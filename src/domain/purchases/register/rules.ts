import { mergeRegisters } from './merge-registers.ts'
import type { Register } from './register.ts'
import { type RegisterFact, registerOf } from './register-fact.ts'

/** How facts are absorbed into what is known of a source, by the number that an entry names. */
export type Rules = ReadonlyMap<number, (register: Register, fact: RegisterFact) => Register>

/** The number that entries name from now on. Who changes how facts are absorbed adds a number, and keeps the old ones. */
export const CURRENT_RULES = 2

/** Entries of form 1 recorded the register itself, and name no rules. */
export const RULES: Rules = new Map([[2, (register, fact) => mergeRegisters(register, registerOf(fact))]])

/** What is known once facts are absorbed by the rules of that number. Throws for rules that nobody knows. */
export function absorbFacts(
  register: Register,
  facts: readonly RegisterFact[],
  number: number,
  rules: Rules = RULES,
): Register {
  const absorb = rules.get(number)
  if (absorb === undefined) throw new Error(`Nobody knows rules ${number} of what was told`)
  return facts.reduce(absorb, register)
}
