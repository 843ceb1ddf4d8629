import type { Freshness } from '../../../src/edge/freshness.ts'

const SECOND_MS = 1000

/** As in production. */
export const FRESHNESS: Freshness = {
  memoryMaxAgeMs: 30 * SECOND_MS,
  allowMaxAgeMs: 600 * SECOND_MS,
  valueMaxAgeMs: 600 * SECOND_MS,
  denyMaxAgeMs: 5 * SECOND_MS,
  staleIfErrorMs: 3600 * SECOND_MS,
  checkTimeoutMs: 1500,
}

export const POLICY = {
  graceMs: 7 * 86_400_000,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** How long the runtime lets a Worker go on with what it began. */
export const WORKER_LIMIT_MS = 60 * SECOND_MS
