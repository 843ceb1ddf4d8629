import { type Rule, Unfit } from '../variable.ts'

/** Reads a member of a table. Throws `Unfit`. */
export type Read<Value> = (found: unknown) => Value

export function needed<Value>(read: Read<Value>): Read<Value> {
  return (found) => {
    if (found === undefined) throw new Unfit('is missing')
    return read(found)
  }
}

export function optional<Value, const Default>(read: Read<Value>, otherwise: Default): Read<Value | Default> {
  return (found) => (found === undefined ? otherwise : read(found))
}

export function text<Value>(rule: Rule<Value>): Read<Value> {
  return (found) => {
    if (typeof found !== 'string') throw new Unfit('is not a text')
    return rule(found)
  }
}

/** One text, or a list of them; by one rule. */
export function texts<Value>(rule: Rule<Value>): Read<readonly Value[]> {
  return (found) => {
    const all: readonly unknown[] = Array.isArray(found) ? found : [found]
    return all.map((one, place) => {
      try {
        return text(rule)(one)
      } catch (error) {
        throw error instanceof Unfit && Array.isArray(found) ? new Unfit(error.message, [place]) : error
      }
    })
  }
}

/** The same, of which there has to be one. */
export function someTexts<Value>(rule: Rule<Value>): Read<readonly Value[]> {
  return (found) => {
    const all = texts(rule)(found)
    if (all.length === 0) throw new Unfit('names none')
    return all
  }
}

/** What a table says of each name; by one reader. */
export function table<Value>(read: Read<Value>): Read<ReadonlyMap<string, Value>> {
  return (found) => {
    if (!isTable(found)) throw new Unfit('is no table')
    return new Map(
      Object.entries(found).map(([name, value]) => {
        try {
          return [name, read(value)]
        } catch (error) {
          throw error instanceof Unfit ? new Unfit(error.message, [name, ...error.path]) : error
        }
      }),
    )
  }
}

export const flag: Read<boolean> = (found) => {
  if (typeof found !== 'boolean') throw new Unfit('is neither true nor false')
  return found
}

export const lifetime: Read<number> = (found) => {
  const value = typeof found === 'number' ? found : Number.NaN
  if (!Number.isInteger(value) || value < 1 || value > 999_999_999)
    throw new Unfit('is not a whole number from 1')
  return value
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
