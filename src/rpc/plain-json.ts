import { ProblemError } from '../app/problems/problem-error.ts'
import type { Json } from '../domain/values/json.ts'

/** As much as a body may have over HTTP, in characters of its JSON. */
const CHARACTERS_MAX = 64 * 1024

/** Deeper than anything that the contract lets through. */
const DEPTH_MAX = 64

/**
 * What another Worker hands over, as if it had come as JSON: a call can also carry dates, maps, functions, circles and
 * one object in many places, none of which has a meaning or a bound in the contract. Members that are `undefined` are
 * left out. Throws `malformed_request` or `too_large`.
 */
export function plainJson(input: unknown): Json {
  let left = CHARACTERS_MAX

  function take(characters: number): void {
    left -= characters
    if (left < 0) throw new ProblemError('too_large')
  }

  function copyOf(value: unknown, path: string, depth: number): Json {
    take(1)
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (typeof value === 'string') {
      take(value.length)
      return value
    }
    if (depth > DEPTH_MAX || typeof value !== 'object') throw notJson(path)
    if (Array.isArray(value)) {
      return Array.from(value, (item, index) => copyOf(item, `${path}.${index}`, depth + 1))
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) throw notJson(path)
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return Object.fromEntries(
      members.map(([key, member]) => {
        take(key.length)
        return [key, copyOf(member, `${path}.${key}`, depth + 1)]
      }),
    )
  }

  return copyOf(input, 'input', 0)
}

function notJson(path: string): ProblemError {
  return new ProblemError('malformed_request', { errors: [{ path, message: 'is not plain JSON' }] })
}
