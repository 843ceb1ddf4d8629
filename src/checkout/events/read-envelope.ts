import type { Instant } from '../../domain/values/instant.ts'
import { type Envelope, type Provider, Unparseable } from '../provider/provider.ts'
import { isMoment, isShallow } from './bounds.ts'

/** Longer than any provider writes: they are keys of the inbox. */
const NAME_LENGTH_MAX = 1000

/** The envelope of an event, if it can be kept as it is told. Throws `Unparseable` naming what is wrong. */
export async function readEnvelope(provider: Provider, body: unknown, headers: Headers): Promise<Envelope> {
  if (!isShallow(body)) throw new Unparseable('body: is nested too deep')
  const envelope = wellFormed(await provider.envelopeOf(body, headers))
  if (!isMoment(envelope.occurredAt)) throw new Unparseable('body: happened at no moment')
  const names = [envelope.eventId, envelope.account, envelope.type]
  if (names.some(({ length }) => length > NAME_LENGTH_MAX)) throw new Unparseable('body: has too long a name')
  return envelope
}

/** Headers with the hash of the body. Set, not added: what a caller calls so is signed by nobody. */
export function withHash(headers: HeadersInit, bodySha256: string): Headers {
  const all = new Headers(headers)
  all.set('x-body-sha256', bodySha256)
  return all
}

/**
 * What is told of an event that has no envelope: enough to keep it, and to know it when it comes again. What nobody
 * says is told by its body's hash and the moment of its arrival.
 */
export function outlineOf(
  provider: Provider,
  { body, headers, bodySha256, receivedAt }: Malformed,
): Envelope {
  const outline = provider.outlineOf(body, headers)
  return wellFormed({
    eventId: nameIn(outline.eventId) ?? `sha256:${bodySha256}`,
    account: nameIn(outline.account) ?? '',
    type: nameIn(outline.type) ?? 'unknown',
    occurredAt: receivedAt,
    mode: null,
  })
}

interface Malformed {
  readonly body: unknown
  readonly headers: Headers
  readonly bodySha256: string
  readonly receivedAt: Instant
}

/** `null` for what is empty or too long to be a name. */
function nameIn(text: string | null = null): string | null {
  return text !== null && text !== '' && text.length <= NAME_LENGTH_MAX ? text : null
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
