import type { Fact, LinkFact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { ownUserId } from '../../provider/own-user-id.ts'
import { NOTHING_SAID, type Provider, type EventReading } from '../../provider/provider.ts'
import { textAt } from '../../provider/text-at.ts'
import { lowerCaseHex, wholeSecret } from '../../signatures/signature-encodings.ts'
import { pairsHeader } from '../../signatures/signature-headers.ts'
import { readCurrency } from './currency.ts'
import { Body, type Event } from './event.ts'
import { readTransaction } from './transaction.ts'

const MODES = new Map<string, 'live' | 'test'>([
  ['PRODUCTION', 'live'],
  ['SANDBOX', 'test'],
])

/** How many customers one transfer may be from: each is moved by itself. */
const TRANSFERRED_MAX = 100

const namingFields = {
  // An app that logs in under an id proves nothing.
  app_user_id: {
    writer: 'buyer',
    source: 'https://www.revenuecat.com/docs/customers/identifying-customers',
  },
  // An anonymous id is made on the device, and which of them are one customer RevenueCat says.
  aliases: {
    writer: 'provider',
    source: 'https://www.revenuecat.com/docs/customers/identifying-customers',
  },
} as const satisfies NamingFields

/** Subscriptions and purchases of app stores, as RevenueCat tells them. */
export const revenuecat: Provider = {
  // Signed where that is switched on, and otherwise only an Authorization header whose value somebody typed into the
  // dashboard: https://www.revenuecat.com/docs/integrations/webhooks
  signature: {
    read: pairsHeader({
      header: 'X-RevenueCat-Webhook-Signature',
      separator: ',',
      timestamp: 't',
      signature: 'v1',
      prefix: (timestamp) => `${timestamp}.`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
    secretHeader: 'Authorization',
  },
  namingFields,
  acceptsUnlistedAccounts: true,
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
    if (event.type === 'SUBSCRIBER_ALIAS') return { ...NOTHING_SAID, facts: linksOfCustomer(namesOf(event)) }
    const reading =
      event.type === 'VIRTUAL_CURRENCY_TRANSACTION' ? readCurrency(event) : readTransaction(event)
    const bought = reading.facts.find((fact) => fact.type === 'subscription' || fact.type === 'purchase')
    if (bought === undefined) return reading
    return {
      ...reading,
      facts: [...linksOfPurchase(namesOf(event), bought, event.store ?? null), ...reading.facts],
    }
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

function isUserId(name: string): boolean {
  return ownUserId(name) !== null
}

/** Whose a purchase is by its event, and in which store it was bought; the customer's other names are that user's. */
function linksOfPurchase(
  names: readonly string[],
  { customer, ref }: Bought,
  store: string | null,
): readonly LinkFact[] {
  const user = userIn(names)
  const anonymous = linksTo(
    user,
    names.filter((name) => !isUserId(name)),
  )
  if (user === null && store === null) return anonymous
  const { writer } = namingFields.app_user_id
  const link: LinkFact = { ...LINK, userId: user, customer, refs: [ref], writer }
  return [store === null ? link : { ...link, store }, ...anonymous]
}

/** Which user a customer is by all of its names, of which the user's own id is one. */
function linksOfCustomer(names: readonly string[]): readonly LinkFact[] {
  const user = userIn(names)
  return linksTo(
    user,
    names.filter((name) => name === user || !isUserId(name)),
  )
}

const LINK = { type: 'link', rank: 'own' } as const

function linksTo(user: string | null, customers: readonly string[]): readonly LinkFact[] {
  if (user === null) return []
  const { writer } = namingFields.aliases
  return customers.map((customer) => ({ ...LINK, userId: user, customer, refs: [], writer }))
}

/** A customer is the user whose id is the first of its names that can be one. */
function userIn(names: readonly string[]): string | null {
  return names.find(isUserId) ?? null
}

function readTransfer({ transferred_from, transferred_to, store }: Event): EventReading {
  const names = transferred_to ?? []
  const to = names.find(isUserId) ?? names[0]
  if (to === undefined) return unknown('transferred_to=missing')
  const from = (transferred_from ?? []).filter((name) => !names.includes(name))
  if (from.length === 0) return unknown('transferred_from=missing')
  if (from.length > TRANSFERRED_MAX) return unknown(`transferred_from=more_than_${TRANSFERRED_MAX}`)
  const transfer: Fact = { type: 'transfer', from, to, store: store ?? null }
  return { ...NOTHING_SAID, facts: [...linksOfCustomer(names), transfer] }
}
