import * as z from 'zod'
import type { LinkFact, NameWriter } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { writtenUser } from '../../provider/written-user.ts'

/** An event and its object, as it was sent or as it was read again. */
export interface StripeEvent {
  readonly type: string
  readonly object: unknown
  /** When the event happened. */
  readonly occurredAt: Instant
  /** When the object was known to be so. */
  readonly at: Instant
  readonly isReread: boolean
}

export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? null)
}

/** Stripe tells time in whole seconds. */
export const moment = z.number().transform((seconds) => seconds * 1000)

/** An id, or the object itself where the reading asked to expand it. */
export const idOf = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])

/** A price and the product that it is one of, which stands for it too. */
export const price = z.union([
  z.string().transform((id) => ({ id, also: [] as readonly string[] })),
  z
    .looseObject({ id: z.string(), product: maybe(idOf) })
    .transform(({ id, product }) => ({ id, also: presentIds(product) })),
])

export const namingFields = {
  // A payment link takes it from its address.
  client_reference_id: {
    writer: 'buyer',
    source: 'https://docs.stripe.com/payment-links/url-parameters',
  },
  'metadata.user_id': { writer: 'server', source: 'https://docs.stripe.com/metadata' },
} as const satisfies NamingFields

/** What the shop wrote onto an object. */
export const metadata = maybe(
  z.looseObject({
    user_id: z.string().optional(),
    product: z.string().optional(),
    quantity: z.string().optional(),
    amount: z.string().optional(),
  }),
)

/** Whose an object is. With Accounts v2 an account stands in for the customer. */
export const owner = { customer: maybe(idOf), customer_account: maybe(idOf) }

interface Owned {
  readonly customer: string | null
  readonly customer_account: string | null
}

export function customerOf({ customer, customer_account }: Owned): string | null {
  return customer ?? customer_account
}

/** Whom a field names, and who can have written it. */
interface Wrote {
  readonly text: string | null | undefined
  readonly writer: NameWriter
}

/** What the shop wrote onto an object of whose user it is. */
export function wroteIn(metadata: { readonly user_id?: string | undefined } | null | undefined): Wrote {
  return { text: metadata?.user_id, writer: namingFields['metadata.user_id'].writer }
}

/** Links first: whom the shop named as the user of the purchase that `refs` stand for. */
export function withLink(
  { facts = [], flags = [], ...rest }: Partial<EventReading>,
  owned: Owned,
  refs: readonly string[],
  { text, writer }: Wrote,
  rank: LinkFact['rank'] = 'own',
): Partial<EventReading> {
  const named = writtenUser.safeParse(text)
  const link = { type: 'link', customer: customerOf(owned), refs, rank, writer } as const
  if (named.success) return { facts: [{ ...link, userId: named.data }, ...facts], flags, ...rest }
  // A session also says by which id the page after it asks for its subscription.
  const unnamed: readonly LinkFact[] = rank === 'session' ? [{ ...link, userId: null }] : []
  return {
    facts: [...unnamed, ...facts],
    flags: text ? [...flags, 'malformed_user_id'] : flags,
    ...rest,
  }
}

export function presentIds(...ids: readonly (string | null)[]): readonly string[] {
  return [...new Set(ids.filter((id) => id !== null))]
}

/** What an object says, or that it waits: it lacks what is needed of its kind. */
export function readAs<T extends z.ZodType>(
  schema: T,
  { object }: StripeEvent,
  read: (told: z.output<T>) => Partial<EventReading>,
): EventReading {
  const { data, error } = schema.safeParse(object)
  return error === undefined
    ? { ...NOTHING_SAID, ...read(data) }
    : { ...NOTHING_SAID, unknown: error.issues.map(({ path }) => `${path.join('.')}=malformed`) }
}
