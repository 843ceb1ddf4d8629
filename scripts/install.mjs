// Installs what is missing: everything that package-lock.json names, or with --omit=dev what starts and deploys the ledger.
import { installMissing } from './install-missing.mjs'

await installMissing({ withDev: !process.argv.includes('--omit=dev') })
