import type * as z from 'zod'
import type { commitBody, consumeBody, reserveBody, reverseBody } from '../../contract/schemas/usage.ts'
import type { releaseHolderBody, renewBody } from '../../contract/schemas/holders.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Json } from '../../domain/values/json.ts'
import { seqOf } from '../wire/usage-ids.ts'
import type { CommandRequest } from './submit-command.ts'

// What is asked of metered features, as commands.

export function consume(userId: UserId, body: z.output<typeof consumeBody>): CommandRequest {
  const asked = { ...body, amount: body.amount ?? ONE }
  const command = { type: 'consume', ...asked } as const
  return { operation: 'consume', userId, target: null, asked: asked as Json, command }
}

export function reserve(userId: UserId, body: z.output<typeof reserveBody>): CommandRequest {
  const asked = { ...body, amount: body.amount ?? ONE }
  const { ttlSeconds, ...taken } = asked
  const command = { type: 'reserve', ...taken, ttlMs: ttlSeconds * 1000 } as const
  return { operation: 'reserve', userId, target: null, asked: asked as Json, command }
}

/** How much a holder takes who does not say. */
const ONE = 1

/** All that a holder has of a held feature. */
export function releaseHolder(userId: UserId, asked: z.output<typeof releaseHolderBody>): CommandRequest {
  const { feature, holder, reason } = asked
  const command = { type: 'release_holder', feature, holder } as const
  return { operation: 'releaseHolder', userId, target: null, asked: asked as Json, command, reason }
}

export function renewReservation(
  userId: UserId,
  reservationId: string,
  asked: z.output<typeof renewBody>,
): CommandRequest {
  const ttlMs = asked.ttlSeconds * 1000
  const command = { type: 'renew_reservation', reservation: seqOf(reservationId), ttlMs } as const
  return { operation: 'renewReservation', userId, target: reservationId, asked, command }
}

export function reverseConsumption(
  userId: UserId,
  consumptionId: string,
  { amount }: z.output<typeof reverseBody>,
): CommandRequest {
  const command = {
    type: 'reverse_consumption',
    consumption: seqOf(consumptionId),
    amount: amount ?? null,
  } as const
  return {
    operation: 'reverseConsumption',
    userId,
    target: consumptionId,
    asked: { amount: amount ?? null },
    command,
  }
}

export function commitReservation(
  userId: UserId,
  reservationId: string,
  { amount }: z.output<typeof commitBody>,
): CommandRequest {
  const command = {
    type: 'commit_reservation',
    reservation: seqOf(reservationId),
    amount: amount ?? null,
  } as const
  return {
    operation: 'commitReservation',
    userId,
    target: reservationId,
    asked: { amount: amount ?? null },
    command,
  }
}

export function releaseReservation(userId: UserId, reservationId: string, reason?: string): CommandRequest {
  const command = { type: 'release_reservation', reservation: seqOf(reservationId) } as const
  // Without one, what was asked is what it was before there were any: receipts of then are known by it.
  const asked = reason === undefined ? {} : { reason }
  return { operation: 'releaseReservation', userId, target: reservationId, asked, command, reason }
}
