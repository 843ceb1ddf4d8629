import type { EventReading } from '../provider/provider.ts'
import { areMoments, areTexts } from './bounds.ts'

/** What names a moment that cannot be written down waits for somebody to look. */
const OUT_OF_TIME: EventReading = { facts: [], unknown: ['moment=out_of_range'], flags: [] }

/** And so does what holds half a character: it would come back from D1 as another text. */
const NO_TEXT: EventReading = { facts: [], unknown: ['text=not_unicode'], flags: [] }

/** What an event says, if all of it can be written down. */
export function writable(reading: EventReading): EventReading {
  if (!areMoments(reading.facts)) return OUT_OF_TIME
  return areTexts(reading.facts) ? reading : NO_TEXT
}
