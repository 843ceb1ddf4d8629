import type { Instant } from '../../../domain/values/instant.ts'

// How entries write moments: ISO 8601, UTC, with milliseconds. So texts of them are in the order of time.

export function iso(instant: Instant): string {
  return new Date(instant).toISOString()
}

export function isoOrNull(instant: Instant | null): string | null {
  return instant === null ? null : iso(instant)
}

export function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text)
}
