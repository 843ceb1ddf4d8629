import { hash } from 'node:crypto'

/**
 * Lets SHA-256 be reckoned where it is asked for: the platform hands every digest to another thread, which takes
 * two thirds of the time of a life. The digests are the same.
 */
export function quickHashes(): void {
  const digest = async (_algorithm: unknown, data: ArrayBuffer | Uint8Array): Promise<ArrayBuffer> =>
    Uint8Array.from(hash('sha256', new Uint8Array(data), 'buffer')).buffer
  Object.defineProperty(crypto.subtle, 'digest', { value: digest, configurable: true })
}
