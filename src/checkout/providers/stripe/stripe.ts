import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider } from '../../provider/provider.ts'
import { textAt } from '../../provider/text-at.ts'
import { lowerCaseHex, wholeSecret } from '../../signatures/signature-encodings.ts'
import { pairsHeader } from '../../signatures/signature-headers.ts'
import { KIND_BY_TYPE } from './event-kinds.ts'
import { eventSchema, snapshotSchema } from './event.ts'
import { namingFields } from './object.ts'
import { rereading } from './rereading.ts'

/** https://docs.stripe.com/api/events, in the shapes of all API versions since 2020. */
export const stripe: Provider = {
  // `t=…,v1=…`, several `v1` while a secret is rolled; `v0` is for tests: https://docs.stripe.com/webhooks/signature
  signature: {
    read: pairsHeader({
      header: 'Stripe-Signature',
      separator: ',',
      timestamp: 't',
      signature: 'v1',
      prefix: (timestamp) => `${timestamp}.`,
    }),
    decode: lowerCaseHex,
    keysOf: wholeSecret,
  },
  namingFields,
  // An account that is connected to the deployment's own could sell the whole catalog for a cent
  // (https://docs.stripe.com/connect/webhooks). The own account has no name.
  acceptsUnlistedAccounts: false,
  rereading,

  envelopeOf(body) {
    const { id, type, account, created, livemode } = parseEvent(eventSchema, body)
    const mode = typeof livemode === 'boolean' ? (livemode ? 'live' : 'test') : null
    return { eventId: id, account: account ?? '', type, occurredAt: created, mode }
  },

  outlineOf: (body) => ({ type: textAt(body, 'type'), account: textAt(body, 'account') }),

  read(body, { type, occurredAt }, reread) {
    const kind = KIND_BY_TYPE.get(type)
    const { data: event } = snapshotSchema.safeParse(body)
    if (kind === undefined || event === undefined) return NOTHING_SAID
    return kind.read({
      type,
      object: reread === null ? event.data.object : reread.object,
      occurredAt,
      at: reread === null ? occurredAt : reread.startedAt,
      isReread: reread !== null,
    })
  },
}
