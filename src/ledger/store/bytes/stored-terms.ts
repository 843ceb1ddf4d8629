import type { Allowance, MeteredAllowance, Terms } from '../../../domain/entitlements/entitlement.ts'
import type { Reset } from '../../../domain/entitlements/reset.ts'
import { instantOrNull, iso, isoOrNull } from './stored-instant.ts'

type StoredAllowance =
  | Exclude<Allowance, MeteredAllowance>
  | (Omit<MeteredAllowance, 'period' | 'reset'> & {
      readonly period: string | null
      readonly reset: (Omit<Reset, 'anchor'> & { readonly anchor: string }) | null
    })

/** The terms of an entitlement as entries have them. */
export type StoredTerms = Omit<Terms, 'allowance' | 'startsAt' | 'endsAt' | 'graceEndsAt'> & {
  readonly allowance: StoredAllowance
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly graceEndsAt: string | null
}

export function termsToJson({ allowance, startsAt, endsAt, graceEndsAt, trial, priority }: Terms): object {
  return {
    allowance: allowanceToJson(allowance),
    startsAt: isoOrNull(startsAt),
    endsAt: isoOrNull(endsAt),
    graceEndsAt: isoOrNull(graceEndsAt),
    trial,
    priority,
  }
}

function allowanceToJson(allowance: Allowance): StoredAllowance {
  switch (allowance.type) {
    case 'boolean':
    case 'config':
      return allowance
    case 'metered': {
      const { reset, period } = allowance
      const storedReset = reset === null ? null : { ...reset, anchor: iso(reset.anchor) }
      return { ...allowance, period: isoOrNull(period), reset: storedReset }
    }
  }
}

function allowanceFromJson(stored: StoredAllowance): Allowance {
  switch (stored.type) {
    case 'boolean':
    case 'config':
      return stored
    case 'metered': {
      const { reset, period } = stored
      const anchored = reset === null ? null : { ...reset, anchor: Date.parse(reset.anchor) }
      return { ...stored, period: instantOrNull(period), reset: anchored }
    }
  }
}

export function termsFromJson({ allowance, startsAt, endsAt, graceEndsAt, ...rest }: StoredTerms): Terms {
  return {
    ...rest,
    allowance: allowanceFromJson(allowance),
    startsAt: instantOrNull(startsAt),
    endsAt: instantOrNull(endsAt),
    graceEndsAt: instantOrNull(graceEndsAt),
  }
}
