// A ledger, a shop that asks it, and what stands for Stripe, all on this machine: npm run example; PORT is the shop's
import { setTimeout as sleep } from 'node:timers/promises'
import { installMissing } from '../../../scripts/install-missing.mjs'
import { isListening } from '../../../scripts/is-listening.mjs'
import { giveUp } from '../../../scripts/project.mjs'

/** How late the events come, so that the page after the checkout has something to wait for. */
const LATE_MS = 3000

const port = Number(process.env.PORT || 8788)
if (await isListening(port)) giveUp(`Port ${port} is in use. Take another: PORT=${port + 1} npm run example`)
await installMissing({ withDev: true })
console.log('Starting the ledger and the shop …')
const { startShop } = await import('./start-shop.mjs')
const shop = await startShop({ port, late: () => sleep(LATE_MS) }).catch((error) => giveUp(error.message))
console.log(`\nThe shop    ${shop.url}\nThe ledger  ${shop.ledger.url}/docs\n\nCtrl-C ends both.`)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => void shop.stop().then(() => process.exit(0)))
}
