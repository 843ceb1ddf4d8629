import { listOf } from './list-of.ts'
import { type Rule, Unfit } from './variable.ts'

/** A text of so many characters at least. */
export function textOf(lengthMin: number): Rule<string> {
  return (text) => {
    if (text.length < lengthMin)
      throw new Unfit(lengthMin === 1 ? 'is empty' : `is shorter than ${lengthMin} characters`)
    return text
  }
}

export function oneOf<const Names extends readonly string[]>(names: Names): Rule<Names[number]> {
  return (text) => {
    const found = names.find((name) => name === text)
    if (found === undefined) throw new Unfit(`is none of ${names.join(', ')}`)
    return found
  }
}

/** Each of what a list with commas names, by one rule; which of them is unfit is told by its place. */
export function allOf<Value>(rule: Rule<Value>): Rule<readonly Value[]> {
  return (text) =>
    listOf(text).map((part, place) => {
      try {
        return rule(part)
      } catch (error) {
        throw error instanceof Unfit ? new Unfit(error.message, [place, ...error.path]) : error
      }
    })
}

/** The same, of which there has to be one. */
export function someOf<Value>(rule: Rule<Value>): Rule<readonly Value[]> {
  return (text) => {
    const all = allOf(rule)(text)
    if (all.length === 0) throw new Unfit('names none')
    return all
  }
}
