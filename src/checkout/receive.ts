import { type ProblemCode, type ProblemFacts, problemOf } from '../contract/problems/problems.ts'
import { PROVIDERS } from '../contract/providers.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { ClaimedEvent } from '../inbox/inbox-event.ts'
import { takeIn } from '../inbox/take-in.ts'
import { lookUpOf, ownerQuery } from '../owners/owner-look-up.ts'
import { errorText, log, logging } from '../platform/log.ts'
import { readBounded } from '../platform/read-bounded.ts'
import { SampledLog } from '../platform/sampled-log.ts'
import { type Arrival, arrivalOf } from './arrival.ts'
import { WEBHOOK_PREFIX } from './is-webhook.ts'
import type { EventContent } from './processing/attempt.ts'
import { Unparseable } from './provider/provider.ts'
import { providerNamed } from './providers/provider-named.ts'
import { type SignatureRefusal, verifyHeaders } from './signatures/verify-signature.ts'

/** Of the known providers, Shopify sends the largest: an order of 300 lines has 573 KiB. */
const BODY_BYTES_MAX = 2 * 1024 * 1024

/** Only what is larger than 1.75 MB once it is packed, which no 2 MiB of ASCII are. */
const HARDLY_PACKS = 'A webhook has at most 1.75 MB once it is packed with gzip'

const NO_PROVIDER = `Events of ${PROVIDERS.join(', ')} are taken, at /webhooks/ and that name`

/** The problems of requests of which it is not known that a provider sent them: anybody can cause them, so few are logged. */
const OF_UNPROVEN: ReadonlySet<ProblemCode> = new Set([
  'not_found',
  'method_not_allowed',
  'signature_invalid',
  'too_large',
])

const unprovenLog = new SampledLog()

/** Most deliveries say nothing of what may be used, or were made before: few are logged, and the inbox has and counts all. */
const quietLog = new SampledLog()

export interface ReceiveDeps {
  readonly d1: D1Database
  /** By provider. One without a secret is not there. */
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly now: () => Instant
  readonly waitUntil: (work: Promise<unknown>) => void
  /** The deployment's: an event of the other mode waits for somebody to look, whatever it says. */
  readonly mode: 'live' | 'test'
  /** What becomes of an event after the answer. */
  readonly process: (event: ClaimedEvent, content: EventContent) => Promise<unknown>
  /** The same of one that is known, and is due because it was sent again. */
  readonly processAgain: (id: string) => Promise<unknown>
}

/**
 * POST /webhooks/{provider}: takes a signed event into the inbox and answers 200; it is processed after the answer. So a
 * provider is told of no problem but that the event could not be kept: it would only send the same event again.
 */
export async function receive(request: Request, deps: ReceiveDeps): Promise<Response> {
  const requestId = `req_${crypto.randomUUID()}`
  return logging([requestId], () => received(request, requestId, deps))
}

async function received(request: Request, requestId: string, deps: ReceiveDeps): Promise<Response> {
  const { pathname } = new URL(request.url)
  const answer = await answerTo(pathname.slice(WEBHOOK_PREFIX.length), request, deps).catch(
    (error: unknown) => {
      log('error', 'webhook_failed', { error: errorText(error) })
      return refuse('internal_error')
    },
  )
  const problem = 'code' in answer ? problemOf(answer.code, requestId, answer.facts) : null
  const status = problem?.status ?? 200
  logAnswer(answer, { path: pathname, status }, deps.now())
  return new Response(JSON.stringify('receipt' in answer ? answer.receipt : problem), {
    status,
    headers: {
      'Content-Type': problem === null ? 'application/json' : 'application/problem+json',
      'X-Request-Id': requestId,
      ...(status === 503 ? { 'Retry-After': '5' } : {}),
      ...(status === 405 ? { Allow: 'POST' } : {}),
    },
  })
}

/** Of what is processed the one line is that of its conclusion. */
function logAnswer(answer: Answer, facts: { path: string; status: number }, now: Instant): void {
  if ('code' in answer) {
    if (OF_UNPROVEN.has(answer.code)) unprovenLog.log('warn', 'webhook', facts, now)
    else log('warn', 'webhook', facts)
  } else if (!answer.isProcessed) {
    const { receipt } = answer
    const kept = { ...facts, receipt: receipt.status, id: receipt.id }
    if (isQuiet(receipt)) quietLog.log('info', 'webhook', kept, now)
    else log('info', 'webhook', kept)
  }
}

/** Whether nobody has to look at an event that is not processed. */
function isQuiet({ status, problem }: Receipt): boolean {
  return status !== 'conflict' && problem === undefined
}

type Answer = Taken | Refusal

interface Taken {
  readonly receipt: Receipt
  /** Whether it goes on after the answer, and so is logged. */
  readonly isProcessed: boolean
}

interface Receipt {
  readonly status: 'accepted' | 'duplicate' | 'conflict'
  readonly id: string
  /** What is wrong with an event that is kept all the same. */
  readonly problem?: string
}

interface Refusal {
  readonly code: ProblemCode
  readonly facts: ProblemFacts
}

async function answerTo(name: string, request: Request, deps: ReceiveDeps): Promise<Answer> {
  const provider = providerNamed(name)
  const secrets = deps.secrets.get(name) ?? []
  if (provider === null) return refuse('not_found', { detail: NO_PROVIDER })
  if (secrets.length === 0) {
    unprovenLog.log(
      'warn',
      'webhook_without_secret',
      { provider: name, missing: secretVariable(name) },
      deps.now(),
    )
    return refuse('not_found')
  }
  if (request.method !== 'POST') return refuse('method_not_allowed')

  const { headers } = request
  const check = await verifyHeaders(provider.signature, { headers, secrets, now: deps.now() })
  if (typeof check === 'string') return refuseSignature(name, check, deps)
  const body = await readBounded(request, BODY_BYTES_MAX)
  if (body === null) return refuse('too_large', { detail: 'A webhook has at most 2 MiB' })
  if (!(await check(body))) return refuseSignature(name, 'mismatch', deps)
  const delivery = { headers, body, receivedAt: deps.now(), mode: deps.mode }
  const arrival = await arrivalOf(name, provider, delivery)
  if (arrival instanceof Unparseable) return refuse('malformed_request', { detail: arrival.message })
  return arrival === 'too_large'
    ? refuse('too_large', { detail: HARDLY_PACKS })
    : takeInArrival(arrival, deps)
}

function refuseSignature(provider: string, refusal: SignatureRefusal, { now }: ReceiveDeps): Refusal {
  unprovenLog.log('warn', 'signature_refused', { provider, verdict: refusal }, now())
  return refuse('signature_invalid', { detail: `The signature is ${refusal}` })
}

function refuse(code: ProblemCode, facts: ProblemFacts = {}): Refusal {
  return { code, facts }
}

/** As docs/operating/settings.md has it. */
function secretVariable(provider: string): string {
  return `WEBHOOK_SECRETS_${provider.toUpperCase().replaceAll('-', '_')}`
}

async function takeInArrival(
  { event, body, reading, names }: Arrival,
  { d1, waitUntil, process, processAgain }: ReceiveDeps,
): Promise<Answer> {
  try {
    const outcome = await takeIn(d1, event, ownerQuery(d1, event, names))
    const isProcessed = outcome.type === 'new' && !event.isSilent && event.problem === null
    if (isProcessed) waitUntil(process(outcome.event, { body, reading, lookUp: lookUpOf(outcome.found) }))
    // One that is claimed by somebody, or concluded, is left alone.
    if (outcome.type === 'duplicate' && outcome.isDue) waitUntil(processAgain(outcome.event.id))
    const receipt = {
      status: outcome.type === 'new' ? ('accepted' as const) : outcome.type,
      id: outcome.event.id,
      ...(event.problem === null ? {} : { problem: event.problem }),
    }
    return { receipt, isProcessed }
  } catch (error) {
    log('error', 'inbox_unavailable', { error: errorText(error) })
    return refuse('ledger_unavailable', { detail: 'Nothing is known to be recorded. Send it again' })
  }
}
