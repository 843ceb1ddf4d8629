import * as z from 'zod'
import { knownProvider } from '../known-provider.ts'
import { userId } from '../user-id.ts'
import { account, reference, version } from './primitives.ts'

const purchaseId = reference.meta({
  id: 'PurchaseId',
  description:
    'Any id under which the provider speaks of the purchase, percent-encoded: of a subscription, payment, invoice or order, or what it hands to the page after a checkout',
  examples: ['cs_test_a1'],
})

export const ofPurchase = z.object({ provider: knownProvider, id: purchaseId })

export const purchaseQuery = z.strictObject({ account })

export const putPurchaseBody = z.strictObject({ userId }).meta({ id: 'PutPurchase' })

const STATES = ['unknown', 'waiting', 'unmatched', 'applied', 'ended', 'moving'] as const

export const purchase = z
  .strictObject({
    provider: knownProvider,
    account: z.string(),
    id: z.string().meta({ description: 'As it was asked for' }),
    state: z.enum(STATES).meta({
      id: 'PurchaseState',
      description:
        '`unknown`: nothing has been told of it (yet). `waiting`: for what `reason` says. `unmatched`: something points at it, and what was bought has not been told (yet). `applied`: its user has it; ask for access with `minVersion` set to `version`. `ended`: it gives nothing now, and nobody has to do anything: it is over, was given back, or is overdue past its grace, where a payment that comes after all makes it `applied` again. `moving`: on its way to another user',
    }),
    reason: z
      .string()
      .optional()
      .meta({
        description:
          'Why it waits: as the inbox has it; `purchase_not_told` while its own event has not come; `not_paid` while it gives nothing because its payment has not',
        examples: ['unknown_product'],
      }),
    waitsFor: z
      .array(z.string())
      .optional()
      .meta({ description: 'For whom has the scope', examples: [['product:price_1']] }),
    userId: userId.optional(),
    version: version
      .optional()
      .meta({ description: 'The version of that user’s ledger that knows all of it' }),
  })
  .meta({ id: 'Purchase' })
