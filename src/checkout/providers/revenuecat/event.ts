import * as z from 'zod'

// What has the wrong shape is as good as missing: the event is kept until somebody looked.
const text = z.string().min(1).nullish().catch(undefined)
const instant = z.int().nonnegative().nullish().catch(undefined)
const ids = z.array(z.string().min(1)).nullish().catch(undefined)

const adjustment = z.looseObject({ amount: z.int(), currency: z.looseObject({ code: z.string().min(1) }) })

// https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields
export const Body = z.looseObject({
  event: z.looseObject({
    id: z.string().min(1),
    type: z.string().min(1),
    event_timestamp_ms: z.int().nonnegative(),
    environment: text,
    store: text,
    app_user_id: text,
    original_app_user_id: text,
    aliases: ids,
    transferred_from: ids,
    transferred_to: ids,
    product_id: text,
    new_product_id: text,
    entitlement_ids: ids,
    period_type: text,
    transaction_id: text,
    original_transaction_id: text,
    purchased_at_ms: instant,
    expiration_at_ms: instant,
    grace_period_expiration_at_ms: instant,
    cancel_reason: text,
    virtual_currency_transaction_id: text,
    adjustments: z.array(adjustment).nullish().catch(undefined),
  }),
})

export type Event = z.output<typeof Body>['event']
