// The types of Node would bring their globals into tests that run elsewhere.
declare module 'node:crypto' {
  export function createHash(algorithm: 'sha256'): {
    update(data: Uint8Array): { digest(): Uint8Array }
  }
}
