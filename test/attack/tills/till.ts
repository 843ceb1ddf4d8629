import type { Delivery } from '../../checkout/scenario.ts'
import type { Provider } from '../../checkout/signatures/senders.ts'

/** What is sold: of type boolean, a number that counts as the greatest one, and a number that adds up. */
export const GOODS = ['book', 'seats', 'credits'] as const

export type Goods = (typeof GOODS)[number]

/** Under whose customer it is bought. Most providers make one of an e-mail address that anybody can type. */
export type Customer = 'victim' | 'attacker'

/** Something that is bought once, and whom it names. */
export interface Sale {
  /** Its ids at the provider are made of it. */
  readonly number: number
  readonly goods: Goods
  readonly quantity: number
  readonly customer: Customer
  /** What stands in the field that names a user, `null` where nothing does. */
  readonly name: string | null
  readonly writer: 'buyer' | 'server'
  /** When it was bought, in ISO. */
  readonly at: string
}

/** How purchases of a provider are told. */
export interface Till {
  readonly provider: Provider
  /** The shop, where one names itself. */
  readonly account?: string
  readonly customers: Readonly<Record<Customer, string>>
  readonly refs: Readonly<Record<Goods, string>>
  /** Who can write the field that names a user; some have one of each. */
  readonly writers: readonly Sale['writer'][]
  readonly refOf: (number: number) => string
  readonly paid: (sale: Sale) => readonly Delivery[]
  /** The same, of which nobody has paid anything, in all the words that there are for it. */
  readonly unpaid: (sale: Sale) => readonly Delivery[]
  /** All of its money was given back. */
  readonly refunded: (sale: Sale) => readonly Delivery[]
  /** The bank of who paid has taken the money back, or is about to. */
  readonly disputed?: (sale: Sale) => readonly Delivery[]
}

/** When money is given back, after all else. */
export const LATER = '2028-01-01T00:00:00Z'

/** Customers of most providers. */
export const CUSTOMERS: Readonly<Record<Customer, string>> = { victim: 'c_victim', attacker: 'c_attacker' }
