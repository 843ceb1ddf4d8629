// The pages at /docs in a real browser, served by `wrangler dev`, the pieces for React, and the shop of examples/checkout: npm run test:browser
import { parseArgs } from 'node:util'
import { giveUp } from '../../scripts/project.mjs'
import { webhookSecret } from '../../scripts/local-key.mjs'
import { EXAMPLES, SEATS } from '../../src/contract/operations/examples.ts'
import { EXAMPLE_ORDER } from '../../test/support/example-order.ts'
import { startFreshLedger } from '../fresh-ledger.mjs'
import { findings } from './axe.mjs'
import { fetchBrowser } from './fetched.mjs'
import { walkCheckout } from './checkout/walk.mjs'
import { walkReact } from './react/walk.mjs'
import { ReferencePage } from './reference-page.mjs'
import { deliver, reserveAnother, takeASeat } from './beside-the-page.mjs'

const SCREEN = { width: 1280, height: 800 }
/** What a window of a browser shows on a screen of 1,080. */
const HEIGHT_MAX = 920
/** Where axe looks at an unfolded operation. */
const JUDGED = ['putProduct', 'createEntitlement']

const { values } = parseArgs({ options: { pictures: { type: 'string' }, only: { type: 'string' } } })
const wrong = []

function expect(isSo, what) {
  if (!isSo) wrong.push(what)
}

const { axe, launch } = orGiveUp(fetchBrowser)
const browser = await launch()
const isWalked = (part) => [undefined, part].includes(values.only)
const ledger = isWalked('docs') ? await startFreshLedger() : null
try {
  if (isWalked('react')) await walkReact(browser, expect)
  if (isWalked('checkout')) await walkCheckout(browser, expect)
  if (ledger !== null) {
    await walk('light', { isFirst: true })
    await walk('dark', { isFirst: false })
  }
} catch (error) {
  wrong.push(error.stack)
} finally {
  await browser.close()
  await ledger?.stop()
}
for (const line of wrong) console.error(`wrong  ${line}`)
if (wrong.length === 0)
  console.log(
    'What is prefilled succeeds, axe finds nothing, no other host is asked, React shows no flicker, and the shop sells.',
  )
process.exit(wrong.length === 0 ? 0 : 1)

/** The pages in one colour scheme. The first time every operation is unfolded and sent: the examples are those of an empty ledger. */
async function walk(colorScheme, { isFirst }) {
  const page = await browser.newPage({ viewport: SCREEN, colorScheme })
  page.setDefaultTimeout(20_000)
  page.on('console', (message) => {
    expect(message.type() !== 'error', `${colorScheme}, in the console: ${message.text()}`)
  })
  page.on('pageerror', (error) => wrong.push(`${colorScheme}, thrown: ${error.message}`))
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(`${ledger.url}/`) || request.url().startsWith('data:')
    expect(isOwn, `${colorScheme}, asked for: ${request.url()}`)
  })
  const picture = (name) =>
    values.pictures && page.screenshot({ path: `${values.pictures}/${colorScheme}-${name}.png` })

  await page.goto(`${ledger.url}/docs/problems`)
  await judge('problems')
  const reference = new ReferencePage(page)
  await reference.open(ledger.url, ledger.token)
  const ink = await page.evaluate(() => getComputedStyle(document.querySelector('.info .title')).color)
  expect(isBright(ink) === (colorScheme === 'dark'), `${colorScheme}: it is written in ${ink}`)
  await judge('list')

  const heights = []
  let event = ''
  for (const id of isFirst ? EXAMPLE_ORDER : JUDGED) {
    const height = await reference.unfold(id)
    heights.push(height)
    expect(height <= HEIGHT_MAX, `${id} is ${height} px high`)
    expect((await reference.problemExamples(id)) === 0, `${id} repeats examples of problems`)
    if (JUDGED.includes(id)) await judge(id)
    if (isFirst) await send(id)
    await reference.fold(id)
  }
  console.log(
    `${colorScheme}: ${heights.length} operations, ${Math.min(...heights)} to ${Math.max(...heights)} px`,
  )
  await page.close()

  async function send(id) {
    if (id === 'receiveWebhook') return deliver(ledger, webhookSecret('standard-webhooks'), EXAMPLES[id])
    if (id === 'listHolders') await takeASeat(ledger, SEATS)
    if (id === 'releaseReservation') await reserveAnother(ledger, EXAMPLES.reserve)
    const isOfEvent = id === 'getInboxEvent' || id === 'replayInboxEvent'
    const { status, text, height } = await reference.tryOut(id, isOfEvent ? { id: event } : {})
    expect(status >= 200 && status < 300, `${id}: ${text}`)
    expect(height <= HEIGHT_MAX, `${id} is ${height} px high with its answer`)
    if (id === 'listInbox') [event] = /inb_\w+/.exec(text) ?? ['']
    if (id === 'createEntitlement') await judge(`${id}-answered`)
  }

  async function judge(name) {
    await picture(name)
    wrong.push(...(await findings(page, axe)).map((finding) => `${colorScheme} ${name}: ${finding}`))
  }
}

function isBright(color) {
  const [red = 0] = color.match(/\d+/g)?.map(Number) ?? []
  return red > 128
}

function orGiveUp(fetch) {
  try {
    return fetch()
  } catch (error) {
    giveUp(`Not shown: ${error.message}`)
  }
}
