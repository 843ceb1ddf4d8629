import type { ClaimedEvent, InboxEvent } from '../ledger/across-users/inbox.ts'
import { unpacked } from './packed.ts'
import type { Envelope, Reading, Reread } from './provider.ts'
import { type KnownProvider, providerNamed } from './providers.ts'

/** The body of an event from the inbox, `null` once it was dropped. */
export async function bodyOf({ body }: InboxEvent): Promise<unknown> {
  return body === null ? null : (JSON.parse(new TextDecoder().decode(await unpacked(body))) as unknown)
}

/** By whose rules an event is read. Throws for a provider that is no longer in the table. */
export function providerOf({ provider }: ClaimedEvent): KnownProvider['provider'] {
  const known = providerNamed(provider)
  if (known === null) throw new Error(`Nobody reads events of ${provider} any more`)
  return known.provider
}

export function envelopeOf({ eventId, account, type, occurredAt, mode }: ClaimedEvent): Envelope {
  return { eventId, account, type, occurredAt, mode }
}

/** What an event says, with what was read again if that was kept; `null` once its body was dropped. */
export async function readEvent(event: InboxEvent): Promise<Reading | null> {
  const body = await bodyOf(event)
  const reread = event.reread === null ? null : (JSON.parse(event.reread) as Reread | null)
  return body === null ? null : providerOf(event).read(body, envelopeOf(event), reread)
}
