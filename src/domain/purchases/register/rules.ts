import { mergeRegisters } from './merge-registers.ts'
import { type RegisterFact, registerOf } from './register-fact.ts'
import type { Register } from './register.ts'

/** By the number that an entry names: the function that adds a fact to the register of a source. */
export type Rules = ReadonlyMap<number, (register: Register, fact: RegisterFact) => Register>

/** The number that new entries name. A change of the rules adds a number; the old ones stay, for the entries that name them. */
export const CURRENT_RULES = 2

/** There is no number 1: entries of form 1 recorded the register itself. */
export const RULES: Rules = new Map([[2, (register, fact) => mergeRegisters(register, registerOf(fact))]])

/** Returns a register with facts added by the rules of a number. Throws for a number that is not in `rules`. */
export function absorbFacts(
  register: Register,
  facts: readonly RegisterFact[],
  number: number,
  rules: Rules = RULES,
): Register {
  const absorb = rules.get(number)
  if (absorb === undefined) throw new Error(`Cannot absorb facts by rules ${number}: there are none`)
  return facts.reduce(absorb, register)
}
