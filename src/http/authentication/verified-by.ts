import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose'

/** The claims of a token that one of these keys has signed. Throws a `JOSEError` for any other token. */
export async function verifiedBy(
  keys: readonly CryptoKey[],
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let refusal: unknown
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, options)
      return payload
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
      refusal = error
    }
  }
  throw refusal
}
