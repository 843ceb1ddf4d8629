import * as z from 'zod'
import { knownProvider } from '../known-provider.ts'
import { userId } from '../user-id.ts'
import { account, provider, version } from './primitives.ts'

const customerId = z
  .string()
  .regex(/^[!-~]{1,255}$/, '1 to 255 visible ASCII characters')
  .meta({
    id: 'CustomerId',
    description: 'The provider’s id of a customer, percent-encoded in a path',
    examples: ['cus_1'],
  })

export const ofCustomer = z.object({ provider, customerId })
export const ofKnownCustomer = z.object({ provider: knownProvider, customerId })

export const customerQuery = z.strictObject({ account })

export const putCustomerBody = z
  .strictObject({
    userId,
    account,
    named: z
      .boolean()
      .default(false)
      .meta({ description: '`true` also moves what the customer bought naming another user' }),
  })
  .meta({ id: 'PutCustomer' })

export const customer = z
  .strictObject({
    provider,
    account: z.string(),
    customerId,
    userId,
    version: version.meta({ description: 'Raised by each link; the ETag of its answers' }),
    moving: z.boolean().meta({ description: 'Whether what was bought is still on its way to the user' }),
  })
  .meta({ id: 'Customer' })

export const customerPut = customer
  .extend({
    stayed: z
      .array(
        z
          .strictObject({
            id: z.string().meta({ description: 'As the provider names the purchase' }),
            userId: userId.nullable().meta({ description: '`null` where several users are named' }),
          })
          .meta({ id: 'PurchaseThatStayed' }),
      )
      .max(100)
      .meta({ description: 'Purchases that stayed where they are because they name somebody, at most 100' }),
  })
  .meta({ id: 'CustomerPut' })
