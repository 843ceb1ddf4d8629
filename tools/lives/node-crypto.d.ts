// The types of Node would bring their globals into tests that run elsewhere.
declare module 'node:crypto' {
  export function hash(algorithm: 'sha256', data: Uint8Array, encoding: 'buffer'): Uint8Array
}
