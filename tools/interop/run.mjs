// Lets what others maintain work with a running ledger: npm run interop. None of it is a dependency of the project: it is fetched into a
// folder of the system's temporary files, and what cannot be fetched is said and counts as not shown.
import { startFreshLedger } from '../fresh-ledger.mjs'
import { withChromium } from './flags/in-chromium.mjs'
import { withJavaScript, withPython } from './flags/on-servers.mjs'
import { startPages } from './flags/pages.mjs'
import { prepare } from './flags/questions.mjs'
import { startRelay } from './flags/relay.mjs'
import { expectAnswers } from './passports/expect-answers.mjs'
import { FIRST, signerOf } from './passports/keys.mjs'
import { questionsAbout } from './passports/questions.mjs'
import { leniencyOf } from './passports/taken-by-others.mjs'
import { throughAChange } from './passports/through-a-change.mjs'
import { VERIFIERS } from './passports/verifiers.mjs'

const pages = await startPages()
const ledger = await startFreshLedger({
  variables: { CORS_ORIGINS: pages.url, PASSPORT_KEYS: JSON.stringify(FIRST) },
})
const relay = await startRelay(ledger.url)
await prepare(ledger)

const questions = await questionsAbout(ledger, await signerOf(FIRST))

const STEPS = {
  ...Object.fromEntries(
    Object.keys(VERIFIERS).map((verifier) => [
      `passports by ${verifier}`,
      async () => {
        await expectAnswers(verifier, questions, ledger)
        return leniencyOf(verifier)
      },
    ]),
  ),
  'passports while the key changes, by all of them': () => throughAChange(questions[0]),
  'ofrep-web-provider in Chromium': () => withChromium({ ledger, relay, pages }),
  'ofrep-provider in Node.js': () => withJavaScript({ ledger, relay }),
  'openfeature-provider-ofrep in Python': () => withPython({ ledger, relay }),
}

for (const [name, step] of Object.entries(STEPS)) {
  relay.status = null
  try {
    const known = (await step()) ?? []
    console.log([`${name}: clean`, ...known].join('\n  '))
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: not shown. ${error.stdout ?? ''}${error.stderr ?? ''}${error.stack}`)
  }
}
await relay.stop()
await pages.stop()
await ledger.stop()
