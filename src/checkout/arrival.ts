import { orderedText } from '../domain/json.ts'
import type { ArrivedEvent } from '../ledger/across-users/take-in.ts'
import { sha256 } from '../ledger/sha256.ts'
import { isMoment, isShallow } from './bounds.ts'
import { packed } from './packed.ts'
import { type Envelope, type Provider, type Reading, Unparseable } from './provider.ts'
import { namesIn } from './route-fact.ts'
import { writable } from './writable.ts'

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
  readonly reading: Reading | null
}

/** Reads a delivery of a provider. */
export async function arrivalOf(
  name: string,
  provider: Provider,
  { headers, body: bytes, receivedAt, mode }: Delivery,
): Promise<Arrival | Unparseable> {
  const bodySha256 = await sha256(bytes)
  // Set, not added: what a caller calls so is signed by nobody.
  const withHash = new Headers(headers)
  withHash.set('x-body-sha256', bodySha256)
  const read = await readOf(provider, bytes, withHash)
  if (read instanceof Unparseable) return read
  const { envelope, body } = read
  const facts = read.reading?.facts ?? []
  const reading = read.reading === null ? null : writable(read.reading)
  const kept = [...headers].filter(([header]) => !NOT_KEPT.test(header))
  const event = {
    provider: name,
    ...envelope,
    receivedAt,
    headers: Object.fromEntries(kept),
    body: await packed(bytes),
    bodySha256,
    factsSha256: facts.length === 0 ? bodySha256 : await sha256(orderedText(facts)),
    isSilent: read.isSilent && (envelope.mode ?? mode) === mode,
    names: namesIn(reading?.facts ?? []),
  }
  return { event, body, reading }
}

interface Read extends Omit<Arrival, 'event'> {
  readonly envelope: Envelope
  /** Whether it says nothing, and nothing that could be read again would. */
  readonly isSilent: boolean
}

async function readOf(provider: Provider, bytes: Uint8Array, headers: Headers): Promise<Read | Unparseable> {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (!isShallow(body)) return new Unparseable('body: is nested too deep')
    const envelope = wellFormed(await provider.envelopeOf(body, headers))
    if (!isMoment(envelope.occurredAt)) return new Unparseable('body: happened at no moment')
    const reading = readingOf(provider, body, envelope)
    const canBeReread = (provider.rereadPath?.(body) ?? null) !== null
    return { envelope, body, reading, isSilent: reading !== null && saysNothing(reading) && !canBeReread }
  } catch (error) {
    if (error instanceof Unparseable) return error
    if (error instanceof SyntaxError) return new Unparseable('body: is not JSON')
    throw error
  }
}

/** As it comes back from D1: half a character has no UTF-8. */
function wellFormed({ eventId, account, type, ...rest }: Envelope): Envelope {
  return {
    ...rest,
    eventId: eventId.toWellFormed(),
    account: account.toWellFormed(),
    type: type.toWellFormed(),
  }
}

function readingOf(provider: Provider, body: unknown, envelope: Envelope): Reading | null {
  try {
    return provider.read(body, envelope, null)
  } catch {
    return null
  }
}

function saysNothing({ facts, unknown, flags }: Reading): boolean {
  return [facts, unknown, flags].every(({ length }) => length === 0)
}
