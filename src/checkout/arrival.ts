import type { Fact } from '../domain/purchases/register/fact.ts'
import { orderedText } from '../domain/values/json.ts'
import type { OwnerQuestion } from '../owners/owner-look-up.ts'
import type { ArrivedEvent } from '../inbox/take-in.ts'
import { sha256 } from '../platform/sha256.ts'
import { packBody } from './events/pack-body.ts'
import { type Envelope, type Provider, type EventReading, Unparseable } from './provider/provider.ts'
import { outlineOf, readEnvelope, withHash } from './events/read-envelope.ts'
import { namesIn } from './routing/route-fact.ts'
import { turnOf } from './routing/turn-of.ts'
import { writable } from './events/writable.ts'

/** Headers that open a door, that prove what has been verified, or that only tell of the way here. */
const NOT_KEPT = /authorization|cookie|signature|hmac|^cf-|^x-forwarded-|^x-real-ip$/

/** What came, once its signature was found right. */
export interface Delivery {
  readonly headers: Headers
  readonly body: Uint8Array
  readonly receivedAt: number
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

/** Reads a delivery of a provider. `Unparseable` is only what is no JSON: all else is kept, if there is room for it. */
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
  const { envelope, ...read } = await readOf(provider, body, { headers, bodySha256, receivedAt })
  const facts = read.reading?.facts ?? []
  const reading = read.reading === null ? null : writable(read.reading)
  const kept = [...headers].filter(([header]) => !NOT_KEPT.test(header))
  const event = {
    provider: name,
    ...envelope,
    receivedAt,
    headers: Object.fromEntries(kept),
    body: keptBody,
    bodySha256,
    factsSha256: facts.length === 0 ? bodySha256 : await sha256(orderedText(facts.map(compared))),
    isSilent: read.isSilent && (envelope.mode ?? mode) === mode,
    problem: read.problem,
    turnOf: turnOf(reading?.facts ?? []),
  }
  return { event, body, reading, names: namesIn(reading?.facts ?? []) }
}

/** What tells one event from another: who can write a field, and where something was bought, is no other event. */
function compared(fact: Fact): object {
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

interface Read {
  readonly envelope: Envelope
  readonly reading: EventReading | null
  /** Whether it says nothing, and nothing that could be read again would. */
  readonly isSilent: boolean
  /** What is wrong with it, where it has no envelope. */
  readonly problem: string | null
}

interface Arrived {
  readonly headers: Headers
  readonly bodySha256: string
  readonly receivedAt: number
}

async function readOf(provider: Provider, body: unknown, arrived: Arrived): Promise<Read> {
  try {
    const envelope = await readEnvelope(provider, body, withHash(arrived.headers, arrived.bodySha256))
    const reading = readingOf(provider, body, envelope)
    const canBeReread = (provider.rereading?.urlOf(body) ?? null) !== null
    return {
      envelope,
      reading,
      isSilent: reading !== null && saysNothing(reading) && !canBeReread,
      problem: null,
    }
  } catch (error) {
    if (!(error instanceof Unparseable)) throw error
    const envelope = outlineOf(provider, { body, ...arrived })
    return { envelope, reading: null, isSilent: false, problem: error.message }
  }
}

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
