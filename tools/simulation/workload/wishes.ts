import {
  changeEntitlement,
  createEntitlement,
  updateEntitlement,
} from '../../../src/app/changes/entitlement-commands.ts'
import type { CommandRequest } from '../../../src/app/changes/submit-command.ts'
import {
  commitReservation,
  consume,
  releaseHolder,
  releaseReservation,
  renewReservation,
  reserve,
  reverseConsumption,
} from '../../../src/app/changes/usage-commands.ts'
import type { Random } from '../random.ts'
import { BEGINNING } from '../world/clock.ts'
import { SEATS } from './catalog.ts'
import type { Knowledge } from './knowledge.ts'
import type { Operation } from './register.ts'

export interface Wish {
  readonly asked: CommandRequest
  readonly operation: Operation | null
  readonly ifVersion: number | undefined
  readonly isKeyless?: boolean
}

interface Circumstances {
  readonly userId: string
  readonly key: string
  readonly knowledge: Knowledge
  readonly random: Random
}

type Make = (circumstances: Circumstances) => Promise<Wish> | Wish

const HOUR_MS = 3_600_000

function wish(asked: CommandRequest, operation: Operation | null = null, rest: Partial<Wish> = {}): Wish {
  return { asked, operation, ifVersion: undefined, ...rest }
}

const grantTokens: Make = async ({ userId, key, random }) => {
  const amount = 1 + random.below(20)
  const body = { feature: 'tokens', amount, trial: false, priority: random.below(3) }
  return wish(await createEntitlement(userId, key, body), { type: 'grant', amount })
}

const consumeTokens: Make = ({ userId, key, random }) => {
  const amount = 1 + random.below(8)
  return wish(consume(userId, { feature: 'tokens', amount }), { type: 'consume', key, amount })
}

const giveExport: Make = async ({ userId, key }) => {
  const asked = await createEntitlement(userId, key, { feature: 'export', trial: false, priority: 0 })
  return wish(asked, { type: 'give', ref: asked.target ?? '' })
}

const revokeExport: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.exports.length === 0) return giveExport(circumstances)
  const ref = random.of(knowledge.exports)
  const isKeyless = random.chance(0.5)
  const asked = changeEntitlement('revokeEntitlement', userId, ref, undefined)
  return wish(asked, { type: 'revoke', ref }, { isKeyless })
}

const reverse: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.consumptions.length === 0) return consumeTokens(circumstances)
  const { id, amount } = random.of(knowledge.consumptions)
  return wish(reverseConsumption(userId, id, {}), { type: 'reverse', of: id, amount })
}

const grantCalls: Make = async ({ userId, key, random }) => {
  const amount = 5 + random.below(20)
  const every = random.of(['day', 'week', 'month'] as const)
  const reset = { every, anchor: BEGINNING - random.below(40) * 24 * HOUR_MS, rolloverMax: random.below(10) }
  const body = {
    feature: 'calls',
    amount,
    reset: random.chance(0.6) ? reset : null,
    trial: false,
    priority: 0,
  }
  const endsAt = random.chance(0.3) ? BEGINNING + random.below(200) * HOUR_MS + 1 : null
  return wish(await createEntitlement(userId, key, { ...body, endsAt }))
}

const consumeCalls: Make = ({ userId, random }) =>
  wish(consume(userId, { feature: 'calls', amount: 1 + random.below(8) }))

const reserveCalls: Make = ({ userId, random }) => {
  const ttlSeconds = random.of([1, 60, 3600, 86_400])
  return wish(reserve(userId, { feature: 'calls', amount: 1 + random.below(8), ttlSeconds }))
}

const consumeMinutes: Make = ({ userId, random }) =>
  wish(consume(userId, { feature: 'minutes', amount: 1 + random.below(6) }))

const reserveMinutes: Make = ({ userId, random }) => {
  const ttlSeconds = random.of([60, 3600, 86_400])
  return wish(reserve(userId, { feature: 'minutes', amount: 1 + random.below(6), ttlSeconds }))
}

const HOLDERS = ['ann', 'bob', 'cid', 'dan'] as const

const grantSeats: Make = async ({ userId, key, random }) => {
  const body = { feature: SEATS, amount: 1 + random.below(3), trial: false, priority: 0 }
  const endsAt = random.chance(0.3) ? BEGINNING + random.below(200) * HOUR_MS + 1 : null
  return wish(await createEntitlement(userId, key, { ...body, endsAt }))
}

const takeSeat: Make = ({ userId, random }) =>
  wish(consume(userId, { feature: SEATS, holder: random.of(HOLDERS) }))

const leaseSeat: Make = ({ userId, random }) => {
  const ttlSeconds = random.of([1, 60, 3600])
  return wish(reserve(userId, { feature: SEATS, holder: random.of(HOLDERS), ttlSeconds }))
}

const letGoOfSeat: Make = ({ userId, random }) =>
  wish(releaseHolder(userId, { feature: SEATS, holder: random.of(HOLDERS) }))

const renewLease: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.reservations.length === 0) return leaseSeat(circumstances)
  const ttlSeconds = random.of([1, 60, 3600])
  const { id } = random.of(knowledge.reservations)
  return wish(renewReservation(userId, id, { ttlSeconds }), null, { isKeyless: true })
}

const resolve: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.reservations.length === 0) return reserveCalls(circumstances)
  const { id, amount } = random.of(knowledge.reservations)
  if (random.chance(0.4)) return wish(releaseReservation(userId, id))
  return wish(commitReservation(userId, id, random.chance(0.5) ? {} : { amount: 1 + random.below(amount) }))
}

const changeTerms: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.lots.length === 0) return grantCalls(circumstances)
  const changes = random.chance(0.5) ? { priority: random.below(5) } : { trial: random.chance(0.5) }
  const ifVersion = random.chance(0.5) ? knowledge.version : undefined
  return wish(updateEntitlement(userId, random.of(knowledge.lots), changes), null, { ifVersion })
}

const holdCalls: Make = (circumstances) => {
  const { userId, knowledge, random } = circumstances
  if (knowledge.calls.length === 0) return grantCalls(circumstances)
  const operation = random.of(['suspendEntitlement', 'resumeEntitlement'] as const)
  return wish(changeEntitlement(operation, userId, random.of(knowledge.calls), undefined))
}

/** What clients want, and how often. */
export const wishes: readonly { readonly weight: number; readonly make: Make }[] = [
  { weight: 3, make: grantTokens },
  { weight: 6, make: consumeTokens },
  { weight: 2, make: reverse },
  { weight: 2, make: giveExport },
  { weight: 2, make: revokeExport },
  { weight: 1, make: grantCalls },
  { weight: 2, make: consumeCalls },
  { weight: 2, make: reserveCalls },
  { weight: 3, make: consumeMinutes },
  { weight: 3, make: reserveMinutes },
  { weight: 3, make: resolve },
  { weight: 1, make: changeTerms },
  { weight: 1, make: holdCalls },
]

/** Where purchases move from one user to another, clients want most of all what moves. */
export const wishesOfMoved: typeof wishes = [
  ...wishes,
  { weight: 20, make: consumeMinutes },
  { weight: 20, make: reserveMinutes },
  { weight: 10, make: resolve },
]

/** Where people hold something and lease it, they want little else. */
export const wishesOfHolders: typeof wishes = [
  ...wishes,
  { weight: 6, make: grantSeats },
  { weight: 15, make: takeSeat },
  { weight: 15, make: leaseSeat },
  { weight: 10, make: letGoOfSeat },
  { weight: 25, make: renewLease },
  { weight: 5, make: resolve },
]
