import type { Bought } from './bought.ts'
import { VICTIM } from './people.ts'
import { type AppSale, toldOf } from './tills/app-store.ts'
import type { Sale, Till } from './tills/till.ts'
import type { Told } from './told.ts'

/** A purchase of the victim, with all that an honest provider tells of it. */
export interface Purchase {
  readonly told: readonly Told[]
  readonly bought: Bought
  /** One of the ids that stand for it. */
  readonly ref: string
  /** Whether it is the victim's as soon as it is told, whatever is told besides. */
  readonly isAtOnce: boolean
}

/** What the victim bought at a till: by a name, and by none, as the customer who is known to be theirs. */
export function salesAt(till: Till): readonly Sale[] {
  const [writer = 'buyer'] = till.writers
  const same = { customer: 'victim', at: '2027-03-01T09:00:00Z' } as const
  return [
    { ...same, number: 1, goods: 'book', quantity: 1, name: VICTIM, writer },
    { ...same, number: 2, goods: 'credits', quantity: 10, name: null, writer },
    {
      ...same,
      number: 3,
      goods: 'seats',
      quantity: 20,
      name: VICTIM,
      writer: till.writers.at(-1) ?? writer,
    },
  ]
}

export function purchasesAt(till: Till): readonly Purchase[] {
  const { provider } = till
  return salesAt(till).map((sale) => ({
    told: till.paid(sale).map((delivery) => ({ provider, delivery })),
    bought: ofVictim(sale),
    ref: till.refOf(sale.number),
    isAtOnce: sale.name !== null,
  }))
}

/** And in an app, before and after all that an attacker does there. */
const APP_SALES = [
  { number: 91, goods: 'book', at: '2027-01-01T00:00:00Z', ends: 'renewed', store: 'APP_STORE' },
  { number: 92, goods: 'credits', at: '2027-12-01T00:00:00Z', ends: 'nothing', store: 'PLAY_STORE' },
] as const satisfies readonly Omit<AppSale, 'path'>[]

/**
 * Told late what else was bought under an id, a transfer seems to take the one thing that is known, until that is told: so
 * only the end counts.
 */
export function purchasesInApps(): readonly Purchase[] {
  return APP_SALES.map((sale) => ({
    told: toldOf({ ...sale, path: [VICTIM] }).map((delivery) => ({ provider: 'revenuecat', delivery })),
    bought: ofVictim({ goods: sale.goods, quantity: 1 }),
    ref: `app-${sale.number}`,
    isAtOnce: false,
  }))
}

function ofVictim({ goods, quantity }: Pick<Bought, 'goods' | 'quantity'>): Bought {
  return { goods, quantity, certain: VICTIM, possible: [VICTIM] }
}
