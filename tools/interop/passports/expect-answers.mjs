import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { takenBy } from './taken-by-others.mjs'
import { VERIFIERS } from './verifiers.mjs'

/** Fails unless a verifier says what each question expects, and takes of the rest what it is known to take, no more and no less. */
export async function expectAnswers(verifier, questions, ledger) {
  const answers = await VERIFIERS[verifier](questions, `${ledger.url}/.well-known/jwks.json`)
  const compared = questions.map(({ name, expected }, at) => ({
    name,
    said: answers[at],
    expected: takenBy(verifier, name) ?? expected,
  }))
  const wrong = compared.filter(({ said, expected }) => !isDeepStrictEqual(said, expected))
  assert.deepEqual(wrong, [])
}
