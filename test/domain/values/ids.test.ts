import { expect, it } from 'vitest'
import { userAfterTransfers } from '../../../src/domain/purchases/owners/transfer.ts'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import type { CustomerId, EntitlementId, FeatureKey, Seq, UserId } from '../../../src/domain/values/ids.ts'
import { type Instant, earlier } from '../../../src/domain/values/instant.ts'

// The compiler refuses each line below a `@ts-expect-error`; where it does not, it refuses the comment.

const userId: UserId = 'u_1'
const customerId: CustomerId = 'cus_1'
const feature: FeatureKey = 'export'
const entitlementId: EntitlementId = 'ent_1'
const seq: Seq = 7
const now: Instant = 1_800_000_000_000

it('takes one kind of id or number for no other', () => {
  const state = emptyState(userId)
  expect(accessAt(state, feature, now).reason).toBe('no_entitlement')
  expect(userAfterTransfers([], customerId, now)).toBeNull()
  expect(earlier(now, null)).toBe(now)

  // @ts-expect-error a customer is no user
  emptyState(customerId)
  // @ts-expect-error a user is no customer
  userAfterTransfers([], userId, now)
  // @ts-expect-error an entitlement is no feature
  accessAt(state, entitlementId, now)
  // @ts-expect-error the place of an entry is no moment
  accessAt(state, feature, seq)
  // @ts-expect-error a moment is no place of an entry
  const place: Seq = now
  // @ts-expect-error a feature is no entitlement
  state.entitlements.get(feature)
  // @ts-expect-error a moment is no name of a reservation
  state.reservations.get(earlier(now, place) ?? now)
})

it('takes a plain value for any of them', () => {
  const [text, number]: [string, number] = ['x', 1]
  expect(accessAt(emptyState(text), text, number).allowed).toBe(false)
  const sum: number = now + seq
  expect(sum).toBe(1_800_000_000_007)
})
