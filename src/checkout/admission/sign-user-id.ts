/** What a signed user id begins with. */
const PREFIX = 'el1_'

/** 24 bytes of the HMAC in base64url, and the moment of expiry in base 36: seconds until the year 4453. */
const MAC_LENGTH = 32
const EXPIRY_LENGTH = 7

/**
 * A user id that nobody but the shop's server can have written, for a field of a checkout that a buyer can write too:
 * letters, digits, `-` and `_` alone, at most 200 characters for an id of up to 117, so that it fits wherever
 * `client_reference_id` does (https://docs.stripe.com/payment-links/url-parameters).
 *
 * Runs in Workers, in Node and wherever else there is WebCrypto, and imports nothing. `key`: the secret
 * `CHECKOUT_NAMING_KEY` of the ledger. `expiresAt`: in milliseconds; what is bought later is not this user's.
 *
 * Throws `RangeError` where the moment cannot be written.
 */
export async function signUserId(
  key: string,
  { userId, expiresAt }: { readonly userId: string; readonly expiresAt: number },
): Promise<string> {
  const expiry = Math.floor(expiresAt / 1000)
    .toString(36)
    .padStart(EXPIRY_LENGTH, '0')
  if (!/^[0-9a-z]{7}$/.test(expiry)) throw new RangeError('expiresAt is no moment that can be signed')
  const signed = expiry + base64url(new TextEncoder().encode(userId))
  return PREFIX + (await macOf(key, signed)) + signed
}

/** What a text says that was made by `signUserId`, before anybody has looked whether the signature is right. */
export interface SignedUserId {
  readonly userId: string
  readonly expiresAt: number
  readonly isSignedWith: (key: string) => Promise<boolean>
}

/** `null` for a text of any other shape, such as a user id. */
export function readSignedUserId(text: string): SignedUserId | null {
  if (!/^el1_[A-Za-z0-9_-]{41,}$/.test(text)) return null
  const mac = text.slice(PREFIX.length, PREFIX.length + MAC_LENGTH)
  const signed = text.slice(PREFIX.length + MAC_LENGTH)
  const expiry = signed.slice(0, EXPIRY_LENGTH)
  if (!/^[0-9a-z]{7}$/.test(expiry)) return null
  try {
    const bytes = atob(signed.slice(EXPIRY_LENGTH).replaceAll('-', '+').replaceAll('_', '/'))
    return {
      userId: new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))),
      expiresAt: Number.parseInt(expiry, 36) * 1000,
      isSignedWith: async (key) => isSame(mac, await macOf(key, signed)),
    }
  } catch {
    return null
  }
}

async function macOf(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', imported, encoder.encode(PREFIX + text))
  return base64url(new Uint8Array(mac)).slice(0, MAC_LENGTH)
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Takes as long wherever two texts of one length differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index += 1) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  }
  return difference === 0
}
