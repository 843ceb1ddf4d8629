import { readBounded, utf8Text } from '../../platform/read-bounded.ts'

/** The part of `fetch` that is needed. All of a request is in one argument: a second one could be left out unnoticed. */
export type Fetch = (request: Request) => Promise<Response>

const TIMEOUT_MS = 3000
const BYTES_MAX = 64 * 1024

/** The document at an issuer's JWKS URL. Throws unless it is answered at that very address, soon, short, and as JSON. */
export async function fetchJwks(url: string, fetch: Fetch): Promise<unknown> {
  const request = new Request(url, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
    // Where a redirect leads was configured by nobody.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const response = await fetch(request)
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The issuer answered ${response.status}`)
  }
  const bytes = await readBounded(response, BYTES_MAX)
  if (bytes === null) throw new Error(`The issuer answered more than ${BYTES_MAX} bytes`)
  return JSON.parse(utf8Text(bytes))
}
