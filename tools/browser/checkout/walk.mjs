import { startShop } from '../../../examples/checkout/local/start-shop.mjs'
import { freePort } from '../../bench/free-port.mjs'

/** Buys, comes back before the events, uses, upgrades and cancels in the shop of the example; `expect` is told what is wrong. */
export async function walkCheckout(browser, expect) {
  // What happened is told when the walk says so.
  let tellAll
  const late = () => new Promise((resolve) => (tellAll = resolve))
  const shop = await startShop({ port: await freePort(), late })
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => expect(false, `checkout, thrown: ${error.message}`))
  page.on('request', (request) => {
    const { hostname } = new URL(request.url())
    expect(['localhost', '127.0.0.1', ''].includes(hostname), `checkout, asked for: ${request.url()}`)
  })
  const click = (name) => page.getByRole('button', { name: new RegExp(`^${name}`) }).click()
  const sees = (text) => page.getByText(text).waitFor()
  const seesNo = async (text, when) => expect(!(await page.getByText(text).isVisible()), `${text} ${when}`)
  const post = (path) => page.evaluate(async (to) => (await fetch(to, { method: 'POST' })).status, path)
  try {
    await page.goto(shop.url)
    await sees('Buy Lite')
    expect((await post('/api/render')) === 403, 'who has bought nothing renders')

    await click('Buy Lite')
    await sees('Not really Stripe')
    await click('Pay')
    await sees('Your payment is on its way')
    await sees('Buy Lite')
    await seesNo('renders left', 'is shown before it was told')
    tellAll()
    await sees('It is yours')
    await sees('100 renders left')

    await click('Render')
    await sees('99 renders left')
    expect((await post('/api/export')) === 403, 'Lite exports in 4K')
    await click('Upgrade to Max')
    await sees('Max is on its way')
    expect(
      (await page.getByRole('button', { name: 'Export' }).count()) === 0,
      'Export is there before it was told',
    )
    tellAll()
    await sees('You have Max')
    await sees('499 renders left')
    await click('Export')
    await sees('exported in 4K')

    await click('Cancel')
    await sees('499 renders left')
    tellAll()
    const now = () => page.evaluate(async () => (await fetch('/api/access?consistency=strong')).json())
    const isOver = async () => (await now()).features.every(({ allowed }) => !allowed)
    for (let tries = 0; tries < 20 && !(await isOver()); tries += 1) await page.waitForTimeout(500)
    expect(await isOver(), 'what was cancelled goes on')
    // A yes may be told from memory for half a minute: the page asks again by itself.
    await page.getByText('Buy Lite').waitFor({ timeout: 75_000 })
    // A gate may remember a yes for half a minute: what is used up is not spent by it.
    expect([403, 409].includes(await post('/api/render')), 'who has cancelled renders')
    console.log('checkout: bought, used, upgraded and cancelled')
  } catch (error) {
    expect(false, `checkout: ${error.message}`)
  } finally {
    await page.close()
    await shop.stop()
  }
}
