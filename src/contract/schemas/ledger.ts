import * as z from 'zod'
import { userId } from '../user-id.ts'
import { answeredInstant, cursor, limit, nextCursor, version } from './primitives.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const OF_NO_USER = 'Left out of what a user’s own token is told'

const ledgerEntry = z
  .strictObject({
    v: z.union([z.literal(1), z.literal(2)]),
    userId,
    seq: z.int().min(1),
    type: z.string(),
    commandId: z.string().optional().meta({ description: OF_NO_USER }),
    cause: z
      .strictObject({
        kind: z.string(),
        ref: z.string().optional().meta({ description: OF_NO_USER }),
      })
      .meta({ id: 'LedgerCause' }),
    recordedAt: answeredInstant,
    effectiveAt: answeredInstant.meta({ description: 'When it happened in the business' }),
    data: z.record(z.string(), z.unknown()).meta({
      description: 'A user’s own token is not told the `source.ref` of what was granted by hand',
    }),
    noteHash: hash.nullable(),
    hash: hash.meta({
      description:
        'SHA-256("entitlement-ledger/v4/entry\\n" || hash of the entry before, as 32 bytes || RFC 8785 text of this object without hash and note). Before the first stands SHA-256("entitlement-ledger/v4/genesis\\n" || RFC 8785 text of { userId }). To be computed again with `ledger:read` alone: of what a user’s own token is told, some is left out.',
    }),
    note: z.record(z.string(), z.unknown()).nullable().meta({
      description:
        'Actor, reason and metadata; null once they were erased. To a user’s own token no more than `metadata.public`',
    }),
  })
  .meta({ id: 'LedgerEntry' })

export const ledgerQuery = z.strictObject({
  order: z.enum(['oldest', 'newest']).default('newest').meta({ description: 'Which comes first' }),
  limit,
  cursor: cursor.optional(),
})

export const ledgerPage = z
  .strictObject({ items: z.array(ledgerEntry), nextCursor })
  .meta({ id: 'LedgerPage' })

const headText = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14}):[0-9a-f]{64}$/, 'is not what the header Ledger-Head says')

const head = headText.transform((text) => {
  const [seq, hashOfIt = ''] = text.split(':')
  return { version: Number(seq), hash: hashOfIt }
})

export const verifyQuery = z.strictObject({
  head: head
    .optional()
    .meta({ description: 'A `Ledger-Head` of an earlier answer: is what was seen then still there?' }),
  from: head.optional().meta({
    description: 'The proof goes on after this entry: a `next` of an earlier part, or a `Ledger-Head`',
  }),
})

export const verdict = z
  .union([
    z
      .strictObject({
        intact: z.literal(true),
        version: version.meta({ description: 'Up to which entry the history was proved' }),
        hash,
        only: z.literal('chain').optional().meta({
          description:
            'There where a part was proved: each entry of it follows the one before, and its note is the one that was noted. The rights, balances and purchases that are stored beside the entries were not compared with them: that takes all entries in one call. Absent where they were',
        }),
        next: headText.nullable().optional().meta({
          description: 'Only of a part: the `from` of the next one; `null` where the history ends',
        }),
      })
      .meta({ id: 'IntactLedger' }),
    z
      .strictObject({
        intact: z.literal(false),
        firstWrong: z
          .strictObject({
            seq: z.int().min(1),
            kind: z.enum(['missing', 'hash', 'columns', 'note', 'meaning', 'head', 'projection']),
          })
          .meta({ id: 'FirstWrongEntry' }),
      })
      .meta({ id: 'BrokenLedger' }),
  ])
  .meta({ id: 'Verdict' })
