import { startFreshLedger } from '../../fresh-ledger.mjs'
import { expectAnswers } from './expect-answers.mjs'
import { CHANGED, DROPPED } from './keys.mjs'
import { asked, issuedBy } from './questions.mjs'
import { VERIFIERS } from './verifiers.mjs'

/** Passports of before and after a change of the key, while both keys are published and once the old one is not. */
export async function throughAChange(before) {
  const after = await withKeys(CHANGED, async (ledger) => {
    const made = asked('one by the new key', await issuedBy(ledger), {})
    for (const verifier of Object.keys(VERIFIERS)) await expectAnswers(verifier, [before, made], ledger)
    return made
  })
  await withKeys(DROPPED, async (ledger) => {
    const over = { ...before, expected: null }
    for (const verifier of Object.keys(VERIFIERS)) await expectAnswers(verifier, [over, after], ledger)
  })
}

async function withKeys(keys, work) {
  const ledger = await startFreshLedger({ variables: { PASSPORT_KEYS: JSON.stringify(keys) } })
  try {
    return await work(ledger)
  } finally {
    await ledger.stop()
  }
}
