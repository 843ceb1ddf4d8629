import type { Json } from '../values/json.ts'
import type { Combine } from './feature.ts'

/** How many members a list may have that is united with others. */
export const UNITED_MAX = 100

/** Whether a value can become one with others: a number, a whole one, or a list of what is no list and no object. */
export function isCombinable(value: Json, combine: Combine): boolean {
  switch (combine) {
    case 'latest':
      return true
    case 'max':
    case 'min':
      return typeof value === 'number' && Number.isFinite(value)
    case 'sum':
      return Number.isSafeInteger(value)
    case 'union':
      return Array.isArray(value) && value.length <= UNITED_MAX && value.every(isScalar)
  }
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}
