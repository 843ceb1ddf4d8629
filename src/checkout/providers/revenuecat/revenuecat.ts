import { userId } from '../../../contract/user-id.ts'
import type { Fact, LinkFact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import { NAMING_FIELDS } from '../../provider/naming-fields.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, type EventReading } from '../../provider/provider.ts'
import { textAt } from '../../provider/text-at.ts'
import { Body, type Event } from './event.ts'
import { readCurrency } from './currency.ts'
import { readTransaction } from './transaction.ts'

const MODES = new Map<string, 'live' | 'test'>([
  ['PRODUCTION', 'live'],
  ['SANDBOX', 'test'],
])

/** How many customers one transfer may be from: each is moved by itself. */
const TRANSFERRED_MAX = 100

/** Subscriptions and purchases of app stores, as RevenueCat tells them. */
export const revenuecat: Provider = {
  envelopeOf(body) {
    const { event } = parseEvent(Body, body)
    return {
      eventId: event.id,
      // One webhook serves all apps of a project, and a customer is the same in all of them.
      account: '',
      type: event.type,
      occurredAt: event.event_timestamp_ms,
      mode: MODES.get(event.environment ?? '') ?? null,
    }
  },
  outlineOf: (body) => ({ type: textAt(body, 'event', 'type') }),
  read(body) {
    const { event } = parseEvent(Body, body)
    if (event.environment && !MODES.has(event.environment)) return unknown(`environment=${event.environment}`)
    if (event.type === 'TRANSFER') return readTransfer(event)
    if (event.type === 'SUBSCRIBER_ALIAS') return { ...NOTHING_SAID, facts: linksOf(namesOf(event)) }
    const reading =
      event.type === 'VIRTUAL_CURRENCY_TRANSACTION' ? readCurrency(event) : readTransaction(event)
    const bought = reading.facts.find((fact) => fact.type === 'subscription' || fact.type === 'purchase')
    if (bought === undefined) return reading
    return { ...reading, facts: [...linksOf(namesOf(event), bought, event.store), ...reading.facts] }
  },
}

function unknown(value: string): EventReading {
  return { ...NOTHING_SAID, unknown: [value] }
}

/** What of a fact says what was bought, and by whom. */
type Bought = Pick<PurchaseFact, 'ref' | 'customer'>

/** All ids of the customer, the one seen last first. */
function namesOf({ app_user_id, original_app_user_id, aliases }: Event): readonly string[] {
  return [...new Set([app_user_id, original_app_user_id, ...(aliases ?? [])])].filter(
    (name) => typeof name === 'string',
  )
}

/** An anonymous id ($RCAnonymousID:…) is no valid user id either. */
function isUserId(name: string): boolean {
  return userId.safeParse(name).success
}

/**
 * The customer goes by the first id that is a user's; names that are nobody's are other names of that user. The event
 * of a purchase names that user as whose it is, and says in which store it was bought.
 */
function linksOf(
  names: readonly string[],
  bought: Bought | null = null,
  store: string | null = null,
): readonly LinkFact[] {
  const user = names.find(isUserId)
  const { app_user_id: named, aliases } = NAMING_FIELDS.revenuecat
  const link = { type: 'link', rank: 'own' } as const
  const own: readonly LinkFact[] =
    bought === null || (user === undefined && store === null)
      ? []
      : [
          {
            ...link,
            userId: user ?? null,
            customer: bought.customer,
            refs: [bought.ref],
            writer: named.writer,
            ...(store ? { store } : {}),
          },
        ]
  if (user === undefined) return own
  const others = names.filter((name) => (bought === null && name === user) || !isUserId(name))
  return [
    ...own,
    ...others.map((customer) => ({ ...link, userId: user, customer, refs: [], writer: aliases.writer })),
  ]
}

function readTransfer({ transferred_from, transferred_to, store }: Event): EventReading {
  const names = transferred_to ?? []
  const to = names.find(isUserId) ?? names[0]
  if (to === undefined) return unknown('transferred_to=missing')
  const from = (transferred_from ?? []).filter((name) => !names.includes(name))
  if (from.length === 0) return unknown('transferred_from=missing')
  if (from.length > TRANSFERRED_MAX) return unknown(`transferred_from=more_than_${TRANSFERRED_MAX}`)
  const transfer: Fact = { type: 'transfer', from, to, store: store ?? null, takesAll: false }
  return { ...NOTHING_SAID, facts: [...linksOf(names), transfer] }
}
