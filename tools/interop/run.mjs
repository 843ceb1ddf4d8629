// Lets what others maintain work with a running ledger: npm run interop. None of it is a dependency of the project: it is fetched into a
// folder of the system's temporary files, and what cannot be fetched is said and counts as not shown.
import { startFreshLedger } from '../fresh-ledger.mjs'
import { withChromium } from './flags/in-chromium.mjs'
import { withJavaScript, withPython } from './flags/on-servers.mjs'
import { startPages } from './flags/pages.mjs'
import { prepare } from './flags/questions.mjs'
import { startRelay } from './flags/relay.mjs'

const pages = await startPages()
const ledger = await startFreshLedger({ variables: { CORS_ORIGINS: pages.url } })
const relay = await startRelay(ledger.url)
await prepare(ledger)

const STEPS = {
  'ofrep-web-provider in Chromium': () => withChromium({ ledger, relay, pages }),
  'ofrep-provider in Node.js': () => withJavaScript({ ledger, relay }),
  'openfeature-provider-ofrep in Python': () => withPython({ ledger, relay }),
}

for (const [name, step] of Object.entries(STEPS)) {
  relay.status = null
  try {
    await step()
    console.log(`${name}: clean`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: not shown. ${error.stdout ?? ''}${error.stderr ?? ''}${error.stack}`)
  }
}
await relay.stop()
await pages.stop()
await ledger.stop()
