import { event, ms, transfer } from '../../checkout/payloads/revenuecat.ts'
import type { Delivery } from '../../checkout/scenario.ts'
import type { Goods, Till } from './till.ts'

export const STORES = ['APP_STORE', 'PLAY_STORE'] as const

const REFS: Readonly<Record<Goods, string>> = {
  book: 'app.book',
  seats: 'app.seats',
  credits: 'app.credits',
}

/** Somebody who has not logged in. Each time that is another id, made on the device. */
export const ANONYMOUS = 'anonymous'

/** A subscription of an app store that is bought under one id, and restored under one after another. */
export interface AppSale {
  readonly number: number
  readonly goods: Goods
  readonly store: (typeof STORES)[number]
  /** An app that logs in under an id proves nothing. */
  readonly path: readonly [string, ...string[]]
  readonly at: string
  readonly ends: 'nothing' | 'renewed' | 'refunded'
}

const DAY_MS = 86_400_000

/** All that RevenueCat tells of it, in the order in which it happens. */
export function toldOf({ number, goods, store, path: names, at, ends }: AppSale): readonly Delivery[] {
  const path = names.map((name, index) => (name === ANONYMOUS ? anonymousId(10 * number + index) : name))
  const [buyer = ''] = path
  const owner = path.at(-1) ?? buyer
  /** A transfer names all ids of whom it is from. */
  const allIdsOf = (name: string, until: number) => [
    name,
    ...path.slice(0, until).filter((id, index) => isAnonymous(id) && path[index + 1] === name),
  ]
  const moment = (days: number) => new Date(ms(at) + days * DAY_MS).toISOString()
  const says = (name: string, transaction: string, years: number) => ({
    app_user_id: name,
    original_app_user_id: name,
    aliases: [name],
    store,
    product_id: REFS[goods],
    entitlement_ids: [],
    original_transaction_id: `app-${number}`,
    transaction_id: transaction,
    purchased_at_ms: ms(moment(transaction === `app-${number}` ? 0 : 300)),
    expiration_at_ms: ms(`${2031 + years}-01-01T00:00:00Z`),
  })
  const bought = event('INITIAL_PURCHASE', at, says(buyer, `app-${number}`, 0))
  const restored = path.slice(1).flatMap((to, index) => {
    const from = path[index] ?? buyer
    if (from === to) return []
    const when = moment(index + 1)
    // Who logs in becomes who they were; who is somebody already takes what the store has over.
    if (!isAnonymous(from) || isAnonymous(to)) return [storeTransfer(when, store, allIdsOf(from, index), to)]
    const both = { original_app_user_id: from, aliases: [from, to] }
    return [event('SUBSCRIBER_ALIAS', when, { app_user_id: to, ...both })]
  })
  const after: readonly Delivery[] =
    ends === 'nothing'
      ? []
      : ends === 'renewed'
        ? [event('RENEWAL', moment(300), says(owner, `app-${number}.2`, 1))]
        : [
            event('CANCELLATION', moment(300), {
              ...says(owner, `app-${number}`, 0),
              purchased_at_ms: ms(at),
              cancel_reason: 'CUSTOMER_SUPPORT',
            }),
          ]
  return [bought, ...restored, ...after]
}

function anonymousId(number: number): string {
  return `$RCAnonymousID:${String(number).padStart(32, '0')}`
}

function isAnonymous(name: string): boolean {
  return name.startsWith('$')
}

function storeTransfer(at: string, store: string, from: readonly string[], to: string): Delivery {
  const { body } = transfer(at, from, [to])
  const { event: told, ...rest } = body as { readonly event: object }
  return { body: { ...rest, event: { ...told, store } } }
}

/** Nothing is bought there under an address, and nothing by a single event alone. */
export const atAppStore: Till = {
  provider: 'revenuecat',
  customers: { victim: '', attacker: '' },
  refs: REFS,
  writers: ['buyer'],
  refOf: (number) => `app-${number}`,
  paid: () => [],
  unpaid: () => [],
  refunded: () => [],
}
