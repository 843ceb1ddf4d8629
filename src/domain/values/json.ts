/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

/** Returns JSON as a text that does not depend on the order of keys: values are equal exactly when their texts are. */
export function orderedText(value: unknown): string {
  return JSON.stringify(ordered(value))
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(ordered)
  const inOrder = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(inOrder.map(([key, inner]) => [key, ordered(inner)]))
}

/** Whether two values are the same JSON, as equal ordered texts would say; no text is written, which takes longer. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((one, index) => isSameJson(one, b[index]))
  }
  const inB = new Map(Object.entries(b).filter(([, value]) => value !== undefined))
  const inA = Object.entries(a).filter(([, value]) => value !== undefined)
  return inA.length === inB.size && inA.every(([key, value]) => isSameJson(value, inB.get(key)))
}
