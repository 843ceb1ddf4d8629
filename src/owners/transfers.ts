import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Transfer } from '../domain/purchases/owners/transfer.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, SourceId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { waitKey, wakeStatements } from '../inbox/waits.ts'
import { batchOf } from '../platform/batch-of.ts'
import { type Audience, asConcern, ofCustomerOnly } from './audience.ts'

// The provider's transfers of customers to others, as they are kept, and the sources that they may concern.

/** A transfer as it is told. */
interface TransferRow extends Transfer {
  /** Empty where none is told. */
  readonly store: string
  /** Whether it takes all of that store, also where nobody says which of several were restored. */
  readonly takesAll: boolean
}

/** How many sources are looked for at once. */
const SOURCES_MAX = 100

/**
 * Keeps that the provider transferred a customer, and wakes the events that wait for it. Whose each purchase is then, a claim
 * of it decides. Throws `NotConcerned` where it concerns others than `only`.
 */
export async function keepTransfer(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, toCustomer, userId, movedAt, store, takesAll }: TransferRow,
  now: Instant,
  only: Audience = null,
): Promise<void> {
  await batchOf(d1, [
    ...ofCustomerOnly(only, of, customerId),
    sql`
      INSERT INTO transfers (provider, account, customer_id, moved_at, to_customer, user_id, store, takes_all)
      VALUES (${of.provider}, ${of.account}, ${customerId}, ${movedAt}, ${toCustomer}, ${userId}, ${store}, ${Number(takesAll)})
      ON CONFLICT DO NOTHING`,
    ...wakeStatements(d1, of, [waitKey.customer(customerId)], now),
  ]).catch((error: unknown) => {
    throw asConcern(error)
  })
}

/**
 * The sources that were claimed under a customer, or name a user with them, or came to them by transfers; in their order,
 * and some where there are many: the next ones come `after` the last, and none after the last of all.
 */
export async function sourcesThatCameTo(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  customerId: CustomerId,
  after: SourceId = '',
): Promise<readonly SourceId[]> {
  const rows = await drizzle(d1).all<{ sourceId: SourceId }>(sql`
    WITH RECURSIVE had (customer_id) AS (
      SELECT ${customerId}
      UNION
      SELECT transfers.customer_id FROM had CROSS JOIN transfers INDEXED BY transfers_by_receiver
        ON transfers.provider = ${provider} AND transfers.account = ${account}
        AND transfers.to_customer = had.customer_id
    )
    SELECT refs.source_ref AS sourceId FROM had
    CROSS JOIN refs INDEXED BY refs_by_customer ON refs.provider = ${provider} AND refs.account = ${account}
      AND refs.customer_id = had.customer_id
    WHERE refs.source_ref > ${after}
    UNION
    SELECT refs.source_ref FROM had
    CROSS JOIN names INDEXED BY names_by_customer ON names.provider = ${provider} AND names.account = ${account}
      AND names.customer_id = had.customer_id AND names.customer_id <> ''
    CROSS JOIN refs ON refs.provider = names.provider AND refs.account = names.account AND refs.id = names.id
    WHERE refs.source_ref > ${after}
    ORDER BY 1 LIMIT ${SOURCES_MAX}`)
  return rows.map(({ sourceId }) => sourceId)
}
