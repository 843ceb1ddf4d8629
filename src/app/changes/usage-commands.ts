import type * as z from 'zod'
import type { commitBody, consumeBody, reserveBody, reverseBody } from '../../contract/schemas/usage.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { seqOf } from '../wire/usage-ids.ts'
import type { CommandRequest } from './submit-command.ts'

// What is asked of metered features, as commands.

export function consume(userId: UserId, asked: z.output<typeof consumeBody>): CommandRequest {
  const { feature, amount } = asked
  return { operation: 'consume', userId, target: null, asked, command: { type: 'consume', feature, amount } }
}

export function reserve(userId: UserId, asked: z.output<typeof reserveBody>): CommandRequest {
  const { feature, amount, ttlSeconds } = asked
  const command = { type: 'reserve', feature, amount, ttlMs: ttlSeconds * 1000 } as const
  return { operation: 'reserve', userId, target: null, asked, command }
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
