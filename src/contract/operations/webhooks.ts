import * as z from 'zod'
import { webhookReceipt } from '../schemas/inbox.ts'
import { provider } from '../schemas/primitives.ts'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** What providers ask, whose signatures stand in for a token: it is carried out before any route. */
export const WEBHOOKS = {
  receiveWebhook: {
    method: 'post',
    path: '/webhooks/{provider}',
    tag: 'Checkout',
    summary: 'Receive an event of a provider, signed as that provider signs',
    who: WHO.anyone,
    params: z.object({ provider }),
    foreignBody: true,
    answers: {
      200: { description: 'The event is kept, now or since an earlier delivery', schema: webhookReceipt },
    },
    problems: ['signature_invalid', 'not_found', 'too_large', 'ledger_unavailable'],
  },
} as const satisfies Record<string, Operation>
