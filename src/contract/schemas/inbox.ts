import * as z from 'zod'
import { userId } from '../user-id.ts'
import { answeredInstant, cursor, instant, limit, nextCursor, provider, version } from './primitives.ts'

const STATES = [
  'received',
  'applied',
  'ignored',
  'superseded',
  'unmatched',
  'quarantined',
  'failed',
  'dead',
] as const

const inboxState = z.enum(STATES).meta({
  id: 'InboxState',
  description:
    '`received` and `failed` are tried again by themselves, `quarantined` once what it waits for is there; `dead` is given up until it is replayed',
})

const eventId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 of letters, digits and _ -')
  .meta({ description: 'The ledger’s own id of the event' })

export const ofInboxEvent = z.object({ id: eventId })

export const inboxQuery = z.strictObject({
  provider: provider.optional(),
  state: inboxState.optional(),
  type: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: 'As the provider names it: `invoice.paid`' }),
  userId: userId.optional(),
  receivedAfter: instant.optional().meta({ description: 'Inclusive' }),
  receivedBefore: instant.optional().meta({ description: 'Exclusive' }),
  limit,
  cursor: cursor.optional(),
})

const row = z.strictObject({
  id: eventId,
  provider,
  account: z.string(),
  eventId: z.string().meta({ description: 'The provider’s id of the event' }),
  type: z.string(),
  mode: z.enum(['live', 'test']).nullable().meta({ description: '`null` where the payload does not say' }),
  occurredAt: answeredInstant.meta({ description: 'As the provider says' }),
  receivedAt: answeredInstant,
  state: inboxState,
  reason: z.string().nullable().meta({ description: 'Why it waits, failed or changed nothing' }),
  flags: z.array(z.string()).meta({ description: 'What somebody should look at, though nothing is wrong' }),
  userId: userId.nullable(),
  versions: z.array(version).meta({ description: 'The versions of that user’s ledger that came of it' }),
  deliveries: z.int().min(1).meta({ description: 'How often it was delivered' }),
  conflicts: z
    .array(
      z.strictObject({ bodySha256: z.string(), receivedAt: answeredInstant }).meta({ id: 'InboxConflict' }),
    )
    .meta({ description: 'Deliveries under the same id that said something else; none was applied' }),
  replays: z.int().min(0),
  attempts: z.int().min(0),
  nextAttemptAt: answeredInstant.nullable(),
})

export const inboxEvent = row
  .extend({
    waitsFor: z.array(z.string()).meta({
      description: 'The keys that it waits for',
      examples: [['customer:cus_1', 'product:price_1']],
    }),
    bodySha256: z.string(),
    body: z.unknown().meta({
      description: 'As it came, as a text where it is nested too deep; `null` once it has been dropped',
    }),
    facts: z.unknown().meta({
      description: 'What it says, in the ledger’s words; `null` without its body, or where it cannot be read',
    }),
  })
  .meta({ id: 'InboxEvent' })

export const inboxList = z
  .strictObject({ items: z.array(row.meta({ id: 'InboxRow' })), nextCursor })
  .meta({ id: 'InboxList' })

export const webhookReceipt = z
  .strictObject({
    status: z.enum(['accepted', 'duplicate', 'conflict']).meta({
      description: '`conflict`: another event was known by this id. It is kept as a sign and changes nothing',
    }),
    id: eventId,
    problem: z
      .string()
      .optional()
      .meta({
        description:
          'What is wrong with an event that is kept all the same: it is quarantined as `malformed`, and changes nothing',
        examples: ['data.lines.0.quantity: must be a number, not a text'],
      }),
  })
  .meta({ id: 'WebhookReceipt' })
