/** What a ledger was asked, as it came over the line. */
export interface FetchCall {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: unknown
  readonly signal: AbortSignal
}

type Answering = (call: FetchCall) => Response | Promise<Response>

/** A `fetch` that answers one thing after another, the last for ever, and what it was asked. */
export function aFetch(...answers: readonly [Answering, ...Answering[]]) {
  const calls: FetchCall[] = []
  const ask: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const { method, url, headers, signal } = request
    const text = await request.text()
    const call = { method, url, headers, body: text === '' ? null : (JSON.parse(text) as unknown), signal }
    calls.push(call)
    const answer = answers[Math.min(calls.length, answers.length) - 1] ?? answers[0]
    return answer(call)
  }
  return { ask, calls }
}

/** What a ledger answers, by a clock that may be told. */
export function answer(body: object, headers: Record<string, string> = {}): Answering {
  return () => Response.json(body, { headers: { Date: new Date().toUTCString(), ...headers } })
}

/** What a ledger refuses. */
export function refusal(
  code: string,
  status: number,
  retryable: boolean,
  headers: Record<string, string> = {},
): Answering {
  const problem = { type: `/docs/problems#${code}`, title: code, status, code, retryable, requestId: 'req_1' }
  return () =>
    new Response(JSON.stringify(problem), {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...headers },
    })
}

/** A line that breaks. */
export const brokenLine: Answering = () => Promise.reject(new TypeError('fetch failed'))

/** Nobody answers, until the caller has had enough. */
export const silence: Answering = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
