import { env } from 'cloudflare:workers'
import type { CreateEntitlement } from '../../../src/domain/user/command.ts'
import type { UsageCommand } from '../../../src/domain/usage/usage-command.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { aCreation } from '../../domain/samples.ts'
import { aSubmission } from '../../support/ledger.ts'

/** The catalog holds the metered feature that the commands here are about. */
export async function withCredits(): Promise<void> {
  await putFeature(env.DB, { key: 'credits', type: 'metered', overage: 'deny', name: null, unit: null })
}

/** A submission that gives so many credits from a source of that name. */
export function credits(ref: string, amount: number, facts: Partial<CreateEntitlement> = {}): Submission {
  const source = { provider: 'api', account: '', ref, product: null }
  return aSubmission(aCreation({ entitlementId: `ent_${ref}`, feature: 'credits', source, amount, ...facts }))
}

/** The catalog holds the held feature that `take`, `lease` and `letGo` are about. */
export async function withSeats(): Promise<void> {
  await putFeature(env.DB, {
    key: 'seats',
    type: 'metered',
    overage: 'deny',
    name: null,
    unit: null,
    held: true,
  })
}

/** A submission that gives so many seats. */
export function seats(amount: number): Submission {
  const source = { provider: 'api', account: '', ref: 'seats', product: null }
  return aSubmission(aCreation({ entitlementId: 'ent_seats', feature: 'seats', source, amount }))
}

export function take(holder: string, key?: string): Submission {
  return usage({ type: 'consume', feature: 'seats', amount: 1, holder }, key)
}

export function lease(holder: string, ttlMs = 60_000, key?: string): Submission {
  return usage({ type: 'reserve', feature: 'seats', amount: 1, ttlMs, holder }, key)
}

export function letGo(holder: string, key?: string): Submission {
  return usage({ type: 'release_holder', feature: 'seats', holder }, key)
}

/** Of the lease that the entry at `reservation` recorded; without a key, as a renewal has none. */
export function renew(reservation: number, ttlMs = 60_000): Submission {
  return aSubmission({ type: 'renew_reservation', reservation, ttlMs }, { idempotency: null })
}

export function consume(amount: number, key?: string): Submission {
  return usage({ type: 'consume', feature: 'credits', amount }, key)
}

export function reserve(amount: number, ttlMs = 60_000, key?: string): Submission {
  return usage({ type: 'reserve', feature: 'credits', amount, ttlMs }, key)
}

/** Of the consumption that the entry at `consumption` recorded. */
export function reverse(consumption: number, amount: number | null, key?: string): Submission {
  return usage({ type: 'reverse_consumption', consumption, amount }, key)
}

/** Of the reservation that the entry at `reservation` recorded. */
export function commit(reservation: number, amount: number | null, key?: string): Submission {
  return usage({ type: 'commit_reservation', reservation, amount }, key)
}

export function release(reservation: number, key?: string): Submission {
  return usage({ type: 'release_reservation', reservation }, key)
}

function usage(command: UsageCommand, key?: string): Submission {
  return aSubmission(command, key === undefined ? {} : { key })
}
