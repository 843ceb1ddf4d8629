import type { Delivery } from '../checkout/scenario.ts'
import type { Act } from './attacker-acts.ts'
import type { Bought } from './bought.ts'
import { ofUnknownAccount } from './of-unknown-account.ts'
import { ATTACKER, PEOPLE, VICTIM } from './people.ts'
import { type AppSale, toldOf } from './tills/app-store.ts'
import type { Sale, Till } from './tills/till.ts'
import type { Told } from './told.ts'
import { underOtherHeaders } from './under-other-headers.ts'

/** What an act is told by, and what it bought. */
export interface Acted {
  readonly told: readonly Told[]
  readonly bought: readonly Bought[]
}

/** What is bought by it and told of it, among all that is told. */
export function actedBy(act: Act, number: number, { till, sales, before }: Surroundings): Acted {
  switch (act.type) {
    case 'buys': {
      const sale = saleOf(act, number, till)
      const after =
        act.ends === 'disputed' ? till.disputed : act.ends === 'refunded' ? till.refunded : undefined
      const told = [...till.paid(sale), ...(after?.(sale) ?? [])]
      return { told: toldAt(till, told), bought: after === undefined ? [boughtBy(sale)] : [] }
    }
    case 'opens': {
      return { told: toldAt(till, till.unpaid(saleOf(act, number, till))), bought: [] }
    }
    case 'restores': {
      const [first = ATTACKER, ...others] = act.path
      const app: AppSale = { ...act, number, path: [first, ...others], at: '2027-04-01T00:00:00Z' }
      const bought = { goods: act.goods, quantity: 1, certain: null, possible: act.path }
      return {
        told: toldOf(app).map((delivery) => ({ provider: 'revenuecat', delivery })),
        bought: act.ends === 'refunded' ? [] : [bought],
      }
    }
    case 'forges': {
      const honestSale = sales[act.which % sales.length]
      if (honestSale === undefined) return NOTHING
      const asMine = { ...honestSale, name: ATTACKER, writer: till.writers[0] ?? 'buyer' }
      const told = [...till.paid(asMine), ...till.refunded(honestSale)]
      const forged = told.flatMap((delivery) => ofUnknownAccount(till, delivery) ?? [])
      return { told: toldAt(till, forged), bought: [] }
    }
    case 'replays': {
      const again = before[act.which % before.length]
      return again === undefined
        ? NOTHING
        : { told: [underOtherHeaders(again, number, act.shop)], bought: [] }
    }
    case 'fills':
      return filledBy(act.lines, number, till)
  }
}

export interface Surroundings {
  readonly till: Till
  /** What the victim bought. */
  readonly sales: readonly Sale[]
  /** All that was told besides. */
  readonly before: readonly Told[]
}

const NOTHING: Acted = { told: [], bought: [] }

function toldAt({ provider }: Till, deliveries: readonly Delivery[]): readonly Told[] {
  return deliveries.map((delivery) => ({ provider, delivery }))
}

/**
 * The shop's server is believed, also of who the customer is: it names whoever is logged in, under a customer of theirs.
 * A buyer writes whatever they like, under whatever address.
 */
function saleOf(act: Extract<Act, { type: 'buys' | 'opens' }>, number: number, till: Till): Sale {
  const asServer = {
    customer: 'attacker',
    name: act.name === null ? null : ATTACKER,
    writer: 'server',
  } as const
  const asBuyer = { customer: act.customer, name: act.name, writer: 'buyer' } as const
  const canWrite = till.writers.includes('buyer')
  const said = till.writers.includes('server') && (act.isNamedByServer || !canWrite) ? asServer : asBuyer
  const { goods, quantity, at } = act
  return { number, goods, quantity, at, ...said }
}

/** Whom it has to be given to, and to whom it may be: one that names nobody can be whose its customer is. */
function boughtBy({ goods, quantity, name, customer }: Sale): Bought {
  const user = name !== null && PEOPLE.includes(name) ? name : null
  return {
    goods,
    quantity,
    certain: user,
    possible: user === null ? [customer === 'victim' ? VICTIM : ATTACKER] : [user],
  }
}

/** An order of many lines for the victim, of things that are sold for next to nothing. */
function filledBy(count: number, number: number, till: Till): Acted {
  const sale: Sale = {
    number,
    goods: 'book',
    quantity: 1,
    customer: 'attacker',
    name: VICTIM,
    writer: 'buyer',
    at: '2027-03-01T09:00:00Z',
  }
  const told = till.paid(sale).map(({ body, ...delivery }) => {
    const { line_items: lines, ...order } = body as { line_items: readonly object[] }
    const many = Array.from({ length: count }, (_, index) => ({ ...lines[0], id: 100_000 * number + index }))
    return { ...delivery, body: { ...order, line_items: many } }
  })
  return { told: toldAt(till, told), bought: count > 250 ? [] : [boughtBy(sale)] }
}
