import { answering } from '../../../../src/app/answering.ts'
import { concluding } from '../../../../src/checkout/processing/concluding.ts'
import { changeEntitlement, updateEntitlement } from '../../../../src/app/changes/entitlement-commands.ts'
import { commitReservation, consume, reserve } from '../../../../src/app/changes/usage-commands.ts'
import { reservationId } from '../../../../src/app/wire/usage-ids.ts'
import { sweep } from '../../../../src/checkout/jobs/sweep.ts'
import { customerLink } from '../../../../src/owners/customer-link.ts'
import { dropExpiredReceipts } from '../../../../src/ledger/store/receipts/drop-receipts.ts'
import type { Submission, SubmissionReply } from '../../../../src/ledger/submission.ts'
import { entitlementOf } from '../../../../src/ledger/store/entitlements/user-entitlements.ts'
import { Writer } from '../../../../src/ledger/object/writer.ts'
import { POLICY, submissionOf } from './a-ledger.ts'
import { PROVIDER, deliverSubscription } from './a-shop.ts'
import type { Place, Question } from './question.ts'
import { HEAVY, type Keyed, granted, hasBought, userAt } from './users.ts'
import { CHECKOUT_DEFAULTS } from '../../../../test/support/checkout-defaults.ts'
import { DatabaseSize } from '../../../../src/platform/database-size.ts'

const DAY_MS = 86_400_000

/** What a user's object does, without its turns and its alarm. */
function anObject({ d1, users, catalogs }: Place, userId: string) {
  const { at } = userAt(users + 1)
  const nothing = () => Promise.resolve()
  const settings = {
    answering,
    catalogs,
    concluding: async () => concluding,
    policy: POLICY,
    now: () => at,
    sending: nothing,
    recorded: nothing,
  }
  const writer = new Writer({ userId, db: d1, size: new DatabaseSize(Infinity), ...settings }, 0)
  const submit = async (submission: Submission): Promise<SubmissionReply> => {
    const answered = Promise.withResolvers<SubmissionReply>()
    await writer.write([{ item: submission, answer: answered.resolve, fail: answered.reject }])
    return answered.promise
  }
  return {
    read: () => writer.read(),
    submit,
    async send([asked, key]: Keyed): Promise<number> {
      const submitted = await submit(await submissionOf(asked, key))
      const { status, headers, body } = submitted.type === 'answered' ? submitted.answer : NO_ANSWER
      if (status >= 300) throw new Error(`Not recorded: ${body || submitted.type}`)
      return Number(headers['ETag']?.replaceAll('"', ''))
    },
  }
}

const NO_ANSWER = { status: 503, headers: {} as Record<string, string>, body: '' }

/** A user in the middle, another for each question: one who was granted by hand, or one who has bought. */
function someone({ users }: Place, nth: number, bought = false): string {
  const index = 4 * (Math.floor(users / 8) + nth) + (bought ? 3 : 0)
  if (hasBought(index) !== bought) throw new Error('The users are others than was thought')
  return userAt(index).userId
}

async function theirGrant({ d1 }: Place, userId: string): Promise<string> {
  const row = await d1
    .prepare(`SELECT id FROM entitlements WHERE user_id = ? AND feature = 'export'`)
    .bind(userId)
    .all<{ id: string }>()
  return row.results[0]?.id ?? ''
}

/** A change at an object that remembers its user. */
function change(name: string, nth: number, asked: (userId: string, grant: string) => Promise<Keyed> | Keyed) {
  return {
    name,
    async arrange(place: Place) {
      const userId = someone(place, nth)
      const object = anObject(place, userId)
      const keyed = await asked(userId, await theirGrant(place, userId))
      // What it looks up of the catalog, it has looked up.
      await object.send([consume(userId, { feature: 'credits', amount: 1 }), crypto.randomUUID()])
      return () => object.send(keyed)
    },
  }
}

const credits = { feature: 'credits', amount: 1 }

/** What is asked of one user, and what goes on without anybody asking. */
export const USER_QUESTIONS: readonly Question[] = [
  {
    name: 'check, object that starts',
    arrange: async (place) => () => anObject(place, someone(place, 0)).read(),
  },
  {
    name: 'check of who has bought, object that starts',
    arrange: async (place) => () => anObject(place, someone(place, 0, true)).read(),
  },
  {
    name: 'grant, object that starts',
    async arrange(place) {
      const userId = someone(place, 1)
      const keyed = await granted(userId, { feature: 'export', sourceRef: 'another' })
      return () => anObject(place, userId).send(keyed)
    },
  },
  {
    name: 'grant, sent again to an object that starts',
    async arrange(place) {
      const userId = someone(place, 2)
      const keyed = await granted(userId, { feature: 'export', sourceRef: 'another' })
      await anObject(place, userId).send(keyed)
      return () => anObject(place, userId).send(keyed)
    },
  },
  change('consumption', 3, (userId) => [consume(userId, credits), crypto.randomUUID()]),
  change('reservation', 4, (userId) => [
    reserve(userId, { ...credits, ttlSeconds: 60 }),
    crypto.randomUUID(),
  ]),
  change('update', 5, (userId, grant) => [updateEntitlement(userId, grant, { priority: 2 }), undefined]),
  change('suspension', 6, (userId, grant) => [
    changeEntitlement('suspendEntitlement', userId, grant, undefined),
    undefined,
  ]),
  change('revocation', 7, (userId, grant) => [
    changeEntitlement('revokeEntitlement', userId, grant, 'refunded'),
    undefined,
  ]),
  {
    name: 'commit of a reservation, object that starts',
    async arrange(place) {
      const userId = someone(place, 8)
      const reserved: Keyed = [reserve(userId, { ...credits, ttlSeconds: 60 }), crypto.randomUUID()]
      const id = reservationId(await anObject(place, userId).send(reserved))
      return () => anObject(place, userId).send([commitReservation(userId, id, {}), crypto.randomUUID()])
    },
  },
  {
    name: 'consumption of who has most entries',
    async arrange(place) {
      const object = anObject(place, HEAVY)
      const one = (): Keyed => [consume(HEAVY, credits), crypto.randomUUID()]
      await object.send(one())
      return () => object.send(one())
    },
  },
  {
    name: 'webhook, renewal at an object that starts',
    async arrange(place) {
      const userId = someone(place, 1, true)
      const ledger = { ...anObject(place, userId), snapshot: () => Promise.reject(new Error('Not asked')) }
      const now = userAt(place.users + 1).at
      return () => deliverSubscription({ d1: place.d1, ledgers: () => ledger, now }, userId, 2)
    },
  },
  {
    name: 'one entitlement',
    async arrange(place) {
      const userId = someone(place, 0)
      const id = await theirGrant(place, userId)
      return () => entitlementOf(place.d1, userId, id)
    },
  },
  {
    name: 'one customer',
    arrange: async (place) => () =>
      customerLink(place.d1, { provider: PROVIDER, account: '' }, `customer-${someone(place, 0, true)}`),
  },
  {
    name: 'sweeps with nothing to do',
    arrange: async (place) => async () => {
      const { d1 } = place
      const now = userAt(place.users + 1).at
      const nobody = {
        ledgers: () => anObject(place, 'nobody') as never,
        fetch: () => Promise.reject(new Error()),
      }
      const ofShop = { apiKeys: new Map<string, string>(), mode: 'test', ...CHECKOUT_DEFAULTS } as const
      const keep = { settledMs: 365 * DAY_MS, unsettledMs: 365 * DAY_MS }
      await sweep({ d1, ...nobody, now: () => now, ...ofShop, keep, isFull: () => false })
      await dropExpiredReceipts(d1, now)
    },
  },
]
