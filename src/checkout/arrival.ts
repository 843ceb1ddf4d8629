import type { Fact } from '../domain/purchases/register/fact.ts'
import type { Instant } from '../domain/values/instant.ts'
import { orderedText } from '../domain/values/json.ts'
import type { ArrivedEvent } from '../inbox/take-in.ts'
import type { OwnerQuestion } from '../owners/owner-look-up.ts'
import { sha256 } from '../platform/sha256.ts'
import { packBody } from './events/pack-body.ts'
import { outlineOf, readEnvelope, withHash } from './events/read-envelope.ts'
import { writable } from './events/writable.ts'
import { type Envelope, type Provider, type EventReading, Unparseable } from './provider/provider.ts'
import { namesIn } from './routing/route-fact.ts'
import { turnOf } from './routing/turn-of.ts'

/** Headers that open a door, that prove what has been verified, or that only tell of the way here. */
const NOT_KEPT = /authorization|cookie|signature|hmac|^cf-|^x-forwarded-|^x-real-ip$/

/** What came, once its signature was found right. */
interface Delivery {
  readonly headers: Headers
  readonly body: Uint8Array
  readonly receivedAt: Instant
  /** The deployment's: an event of the other mode waits for somebody to look, whatever it says. */
  readonly mode: 'live' | 'test'
}

/** An event for the inbox, and what it says. */
export interface Arrival {
  readonly event: ArrivedEvent
  readonly body: unknown
  /** What of it can be written down; `null` where it cannot be told what it says: the bytes stand for it then. */
  readonly reading: EventReading | null
  /** What its facts name. */
  readonly names: OwnerQuestion
}

/**
 * Reads a delivery of a provider. `Unparseable` is only what is no JSON: what is JSON and signed is kept, whatever is wrong
 * with it, if there is room for it.
 */
export async function arrivalOf(
  name: string,
  provider: Provider,
  { headers, body: bytes, receivedAt, mode }: Delivery,
): Promise<Arrival | Unparseable | 'too_large'> {
  const body = jsonIn(bytes)
  if (body instanceof Unparseable) return body
  const keptBody = await packBody(bytes)
  if (keptBody === null) return 'too_large'
  const bodySha256 = await sha256(bytes)
  const content = await contentOf(provider, { body, headers, bodySha256, receivedAt })
  const facts = content.reading?.facts ?? []
  const reading = content.reading === null ? null : writable(content.reading)
  const event = {
    provider: name,
    ...content.envelope,
    receivedAt,
    headers: Object.fromEntries([...headers].filter(([header]) => !NOT_KEPT.test(header))),
    body: keptBody,
    bodySha256,
    factsSha256: facts.length === 0 ? bodySha256 : await sha256(orderedText(facts.map(identityOf))),
    isSilent: content.isSilent && (content.envelope.mode ?? mode) === mode,
    problem: content.problem,
    turnOf: turnOf(reading?.facts ?? []),
  }
  return { event, body, reading, names: namesIn(reading?.facts ?? []) }
}

/**
 * What of a fact tells its event from another: all but its store and who can have written a name. These were added to facts
 * after events had been kept by the hash of them, and such an event that is sent again is no other one.
 */
function identityOf(fact: Fact): object {
  if (fact.type === 'transfer') {
    const { store: _store, ...rest } = fact
    return rest
  }
  if (fact.type !== 'link') return fact
  const { store: _store, writer: _writer, ...rest } = fact
  return rest
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return new Unparseable('body: is not JSON')
  }
}

interface Content {
  readonly envelope: Envelope
  readonly reading: EventReading | null
  /** Whether it says nothing, and nothing that could be read again would. */
  readonly isSilent: boolean
  /** What is wrong with it, where it has no envelope. */
  readonly problem: string | null
}

async function contentOf(
  provider: Provider,
  delivery: {
    readonly body: unknown
    readonly headers: Headers
    readonly bodySha256: string
    readonly receivedAt: Instant
  },
): Promise<Content> {
  const { body, headers, bodySha256 } = delivery
  try {
    const envelope = await readEnvelope(provider, body, withHash(headers, bodySha256))
    const reading = readingOf(provider, body, envelope)
    const canBeReread = (provider.rereading?.urlOf(body) ?? null) !== null
    const isSilent = reading !== null && saysNothing(reading) && !canBeReread
    return { envelope, reading, isSilent, problem: null }
  } catch (error) {
    if (!(error instanceof Unparseable)) throw error
    return { envelope: outlineOf(provider, delivery), reading: null, isSilent: false, problem: error.message }
  }
}

/** `null` where it cannot be told what an event says: that is tried again when it is processed. */
function readingOf(provider: Provider, body: unknown, envelope: Envelope): EventReading | null {
  try {
    return provider.read(body, envelope, null)
  } catch {
    return null
  }
}

function saysNothing({ facts, unknown, flags }: EventReading): boolean {
  return [facts, unknown, flags].every(({ length }) => length === 0)
}
