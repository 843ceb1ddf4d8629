/** The part of `fetch` that is needed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 3000
const BYTES_MAX = 64 * 1024

/** The document at an issuer's JWKS URL. Throws unless it is answered at that very address, soon, short, and as JSON. */
export async function fetchJwks(url: string, fetch: Fetch): Promise<unknown> {
  const response = await fetch(url, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
    // Where a redirect leads was configured by nobody.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The issuer answered ${response.status}`)
  }
  return JSON.parse(await shortText(response))
}

async function shortText(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let bytes = 0
  let text = ''
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > BYTES_MAX) throw new Error(`The issuer answered more than ${BYTES_MAX} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
