import { createHash } from 'node:crypto'

/** WebCrypto has a thread make each hash. Where millions are made of a few bytes each, waiting for it is all they cost. */
export function digestAtOnce() {
  crypto.subtle.digest = async (_sha256, bytes) => {
    const { buffer, byteOffset, byteLength } = createHash('sha256').update(bytes).digest()
    return buffer.slice(byteOffset, byteOffset + byteLength)
  }
}
