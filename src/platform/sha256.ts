import { concatBytes } from './concat-bytes.ts'

const encoder = new TextEncoder()

/** SHA-256 over texts (as UTF-8) and bytes, one after another, as 64 lower-case hex digits. */
export async function sha256(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const chunks = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(chunks))))
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += DIGITS[byte]
  return hex
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
