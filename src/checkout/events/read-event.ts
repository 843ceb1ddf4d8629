import type { ClaimedEvent, InboxEvent } from '../../inbox/inbox-event.ts'
import {
  type Envelope,
  type EventReading,
  type Provider,
  type Reread,
  Unparseable,
} from '../provider/provider.ts'
import { providerNamed } from '../providers/provider-named.ts'
import { isShallow } from './bounds.ts'
import { unpackBody } from './pack-body.ts'
import { readEnvelope, withHash } from './read-envelope.ts'

/** The body of an event from the inbox, `null` once it was dropped. */
export async function bodyOf({ body }: InboxEvent): Promise<unknown> {
  return body === null ? null : (JSON.parse(new TextDecoder().decode(await unpackBody(body))) as unknown)
}

/** The body of an event as it can be shown: as the text that came, where it could not be written as JSON again. */
export async function shownBodyOf(event: InboxEvent): Promise<unknown> {
  const body = await bodyOf(event)
  return event.body === null || isShallow(body)
    ? body
    : new TextDecoder().decode(await unpackBody(event.body))
}

/**
 * An event as its body and headers tell it by the rules of today: what was malformed when it came may be read by now, and
 * then has a type, a moment and a mode. Throws `Unparseable` while it cannot be read.
 */
export async function eventAsReadNow(event: InboxEvent, body: unknown): Promise<ClaimedEvent> {
  const headers = withHash(JSON.parse(event.headers) as Record<string, string>, event.bodySha256)
  const { account, type, mode, occurredAt } = await readEnvelope(providerOf(event), body, headers)
  // It is known, and waits, under the account that it is kept under.
  if (account !== event.account) throw new Unparseable('account: is another than when it came')
  return { ...event, type, mode, occurredAt }
}

/** By whose rules an event is read. Throws for a provider that is no longer in the table. */
export function providerOf({ provider }: ClaimedEvent): Provider {
  const found = providerNamed(provider)
  if (found === null) throw new Error(`Nobody reads events of ${provider} any more`)
  return found
}

export function envelopeOf({ eventId, account, type, occurredAt, mode }: ClaimedEvent): Envelope {
  return { eventId, account, type, occurredAt, mode }
}

/** What an event says, with what was read again if that was kept; `null` once its body was dropped. */
export async function readEvent(event: InboxEvent): Promise<EventReading | null> {
  if (event.body === null) return null
  const body = await bodyOf(event)
  const eventNow = await eventAsReadNow(event, body)
  const reread = event.reread === null ? null : (JSON.parse(event.reread) as Reread | null)
  return providerOf(event).read(body, envelopeOf(eventNow), reread)
}
