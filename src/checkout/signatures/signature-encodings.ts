import { fromHex } from '../../platform/sha256.ts'

// How providers write signatures and secrets as text.

/** A signature in lower case alone: so they all write it, and their own libraries refuse anything else. */
export function lowerCaseHex(signature: string): Uint8Array | null {
  return /^[0-9a-f]{64}$/.test(signature) ? fromHex(signature) : null
}

/** A signature with its padding, and with the two bits that 32 bytes leave over at zero: one writing for one signature. */
export function paddedBase64(signature: string): Uint8Array | null {
  return /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(signature) ? fromBase64(signature) : null
}

/** The text of a secret is the key. */
export function wholeSecret(secret: string): readonly Uint8Array[] {
  return secret.trim() === '' ? [] : [new TextEncoder().encode(secret)]
}

/** A secret is the key in Base64, as Standard Webhooks has it. */
export function decodedSecret(secret: string): readonly Uint8Array[] {
  try {
    const key = fromBase64(secret.replace(/^whsec_/, ''))
    return key.length === 0 ? [] : [key]
  } catch {
    return []
  }
}

/** Throws for a text that is none. */
function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
