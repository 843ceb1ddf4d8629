import { type ProblemCode, type ProblemFacts, problemOf } from '../contract/problems.ts'
import { orderedText } from '../domain/json.ts'
import { type ArrivedEvent, receive as insert } from '../ledger/across-users/inbox.ts'
import { errorText, log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'
import { isMoment, isShallow } from './bounds.ts'
import { gzip } from './gzip.ts'
import { type Envelope, type Reading, Unparseable } from './provider.ts'
import { type KnownProvider, providerNamed } from './providers.ts'
import { readBounded } from '../ledger/read-bounded.ts'
import { type Refusal, verifyHeaders } from './verify-signature.ts'
import { WEBHOOKS } from './is-webhook.ts'

const BODY_BYTES_MAX = 512 * 1024

/** Headers that open a door, that prove what has been verified, or that only tell of the way here. */
const NOT_KEPT = /authorization|cookie|signature|hmac|^cf-|^x-forwarded-|^x-real-ip$/

export interface ReceiveDeps {
  readonly d1: D1Database
  /** By provider. One without a secret is not there. */
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly now: () => number
  readonly waitUntil: (work: Promise<unknown>) => void
  /** The deployment's: an event of the other mode waits for somebody to look, whatever it says. */
  readonly mode: 'live' | 'test'
  readonly process: (inboxId: string) => Promise<unknown>
}

/**
 * POST /webhooks/{provider}: takes an event into the inbox, answers, and only then looks at what it says. So
 * whatever is wrong with its business, the provider is done with it.
 */
export async function receive(request: Request, deps: ReceiveDeps): Promise<Response> {
  const requestId = `req_${crypto.randomUUID()}`
  const { pathname } = new URL(request.url)
  const answer = await answerTo(pathname.slice(WEBHOOKS.length), request, deps)
  const isProblem = 'code' in answer
  const status = isProblem ? problemOf(answer.code, requestId).status : 200
  log(isProblem ? 'warn' : 'info', 'webhook', { requestId, path: pathname, status })
  return new Response(JSON.stringify(isProblem ? problemOf(answer.code, requestId, answer.facts) : answer), {
    status,
    headers: {
      'Content-Type': isProblem ? 'application/problem+json' : 'application/json',
      'X-Request-Id': requestId,
      ...(status === 503 ? { 'Retry-After': '5' } : {}),
      ...(status === 405 ? { Allow: 'POST' } : {}),
    },
  })
}

type Answer = { readonly status: 'accepted' | 'duplicate' | 'conflict'; readonly id: string } | Refused

interface Refused {
  readonly code: ProblemCode
  readonly facts: ProblemFacts
}

async function answerTo(name: string, request: Request, deps: ReceiveDeps): Promise<Answer> {
  const known = providerNamed(name)
  const secrets = deps.secrets.get(name) ?? []
  if (known === null || secrets.length === 0) return refused('not_found')
  if (request.method !== 'POST') return refused('method_not_allowed')

  const { headers } = request
  const check = await verifyHeaders(known.scheme, { headers, secrets, now: deps.now() })
  if (typeof check === 'string') return unsigned(name, check)
  const body = await readBounded(request, BODY_BYTES_MAX)
  if (body === null) return refused('too_large', { detail: 'A webhook has at most 512 KiB' })
  if (!(await check(body))) return unsigned(name, 'mismatch')
  const event = await eventOf(name, known, { headers, body, receivedAt: deps.now(), mode: deps.mode })
  return event instanceof Unparseable
    ? refused('malformed_request', { detail: event.message })
    : takeIn(event, deps)
}

function unsigned(provider: string, refusal: Refusal): Refused {
  log('warn', 'signature_refused', { provider, verdict: refusal })
  return refused('signature_invalid', { detail: `The signature is ${refusal}` })
}

function refused(code: ProblemCode, facts: ProblemFacts = {}): Refused {
  return { code, facts }
}

async function takeIn(event: ArrivedEvent, { d1, waitUntil, process }: ReceiveDeps): Promise<Answer> {
  try {
    const { type, id } = await insert(d1, event)
    // A duplicate is left to the sweep: the first delivery is most likely being processed right now.
    if (type === 'new' && !event.isSilent) waitUntil(process(id))
    return { status: type === 'new' ? 'accepted' : type, id }
  } catch (error) {
    log('error', 'inbox_unavailable', { error: errorText(error) })
    return refused('ledger_unavailable', { detail: 'Nothing is known to be recorded. Send it again' })
  }
}

async function eventOf(
  name: string,
  { provider }: KnownProvider,
  { headers, body, receivedAt, mode }: Arrival,
): Promise<ArrivedEvent | Unparseable> {
  const bodySha256 = await sha256(body)
  // Set, not added: what a caller calls so is signed by nobody.
  const withHash = new Headers(headers)
  withHash.set('x-body-sha256', bodySha256)
  const read = await readOf(provider, body, withHash)
  if (read instanceof Unparseable) return read
  const { envelope, reading } = read
  const facts = reading === null || reading.facts.length === 0 ? null : reading.facts
  const kept = [...headers].filter(([header]) => !NOT_KEPT.test(header))
  return {
    provider: name,
    ...envelope,
    receivedAt,
    headers: Object.fromEntries(kept),
    body: await gzip(body),
    bodySha256,
    factsSha256: facts === null ? bodySha256 : await sha256(orderedText(facts)),
    isSilent: read.isSilent && (envelope.mode ?? mode) === mode,
  }
}

interface Arrival {
  readonly headers: Headers
  readonly body: Uint8Array
  readonly receivedAt: number
  readonly mode: 'live' | 'test'
}

interface Read {
  readonly envelope: Envelope
  /** What the event says; `null` where that cannot be told: the bytes stand for it then. */
  readonly reading: Reading | null
  /** Whether it says nothing, and nothing that could be read again would. */
  readonly isSilent: boolean
}

async function readOf(
  provider: KnownProvider['provider'],
  body: Uint8Array,
  headers: Headers,
): Promise<Read | Unparseable> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    if (!isShallow(parsed)) return new Unparseable('body: is nested too deep')
    const envelope = await provider.envelopeOf(parsed, headers)
    if (!isMoment(envelope.occurredAt)) return new Unparseable('body: happened at no moment')
    const reading = readingOf(provider, parsed, envelope)
    const canBeReread = (provider.rereadPath?.(parsed) ?? null) !== null
    return { envelope, reading, isSilent: reading !== null && saysNothing(reading) && !canBeReread }
  } catch (error) {
    if (error instanceof Unparseable) return error
    if (error instanceof SyntaxError) return new Unparseable('body: is not JSON')
    throw error
  }
}

function readingOf(provider: KnownProvider['provider'], body: unknown, envelope: Envelope): Reading | null {
  try {
    return provider.read(body, envelope, null)
  } catch {
    return null
  }
}

function saysNothing({ facts, unknown, flags }: Reading): boolean {
  return [facts, unknown, flags].every(({ length }) => length === 0)
}
