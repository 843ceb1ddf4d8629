import { Shop } from './shop.mjs'

/** One after the other, in one turn of the browser: nothing is painted between them. */
const CONFIRMED = ['yes | known true | asking', 'yes | known true | confirmed']

/** What each story begins with, what happens meanwhile, and all that a reader may see of it, in this order. */
const STORIES = {
  'a yes that was rendered, and a ledger that is late': {
    address: '/?initial=yes',
    begin: (shop) => {
      shop.sell()
      shop.hold()
    },
    happens: async (_, wait) => wait(1500),
    seen: ['yes | known true'],
    asks: [0, 0],
  },
  'a no that was rendered, and is asked for again and again': {
    address: '/?initial=yes',
    happens: async (_, wait) => wait(4500),
    seen: ['no | known false'],
    asks: [2, 6],
  },
  'nothing that was rendered, and a ledger that is late': {
    address: '/',
    begin: (shop) => {
      shop.sell()
      shop.hold()
    },
    happens: async (shop, wait) => {
      await wait(1500)
      shop.letGo()
    },
    seen: ['… | pending undefined', 'yes | known true'],
    asks: [1, 2],
  },
  'a ledger that fails, and comes back': {
    address: '/',
    begin: (shop) => {
      shop.ledger.fault = 'unavailable'
    },
    happens: async (shop, wait) => {
      await wait(3500)
      shop.sell()
      shop.ledger.fault = null
    },
    seen: ['… | pending undefined', '? | unknown undefined', 'yes | known true'],
    asks: [4, 6],
  },
  'a no that cannot be asked for again': {
    address: '/?initial=yes',
    happens: async (shop, wait) => {
      shop.ledger.fault = 'unavailable'
      await wait(3500)
      shop.ledger.fault = null
    },
    seen: ['no | known false', '? | unknown undefined', 'no | known false'],
    asks: [2, 6],
  },
  'a purchase that comes during the wait': {
    address: '/?initial=yes&waits=yes',
    happens: async (shop, wait) => {
      await wait(1500)
      shop.sell()
    },
    seen: ['no | known false | asking', ...CONFIRMED],
    asks: [3, 8],
  },
  'a purchase that came before the page': {
    address: '/?waits=yes',
    begin: (shop) => shop.sell(),
    happens: async () => {},
    seen: ['… | pending undefined | asking', ...CONFIRMED],
    asks: [2, 8],
  },
  'a purchase that comes while the ledger is late and fails': {
    address: '/?initial=yes&waits=yes',
    begin: (shop) => shop.hold(),
    happens: async (shop, wait) => {
      await wait(1200)
      shop.ledger.fault = 'unavailable'
      shop.letGo()
      await wait(1000)
      shop.sell()
      shop.ledger.fault = null
    },
    seen: ['no | known false | asking', '? | unknown undefined | asking', ...CONFIRMED],
    asks: [4, 12],
  },
  'a purchase that does not come': {
    address: '/?initial=yes&waits=yes',
    happens: async (_, wait) => wait(8500),
    seen: ['no | known false | asking', 'no | known false | still-waiting'],
    asks: [6, 20],
  },
}

/** Walks through all stories in a browser; `expect` is told what is not as it should be. */
export async function walkReact(browser, expect) {
  for (const [name, story] of Object.entries(STORIES)) await walkThrough(browser, expect, name, story)
  console.log(`react: ${Object.keys(STORIES).length} stories`)
}

async function walkThrough(browser, expect, name, { address, begin, happens, seen, asks }) {
  const shop = new Shop()
  const url = await shop.start()
  const page = await browser.newPage()
  page.on('console', (message) => {
    // A 503 is told as well, which is how a failing ledger answers.
    const isOfStory = /Failed to load resource|Download the React DevTools/.test(message.text())
    expect(isOfStory, `${name}, in the console: ${message.text()}`)
  })
  page.on('pageerror', (error) => expect(false, `${name}, thrown: ${error.message}`))
  try {
    begin?.(shop)
    await page.goto(`${url}${address}`)
    await happens(shop, (ms) => page.waitForTimeout(ms))
    const last = seen.at(-1)
    await page.waitForFunction((text) => globalThis.seen.at(-1) === text, last, { timeout: 15_000 })
    const told = await page.evaluate(() => globalThis.seen)
    expect(told.join() === seen.join(), `${name}: ${told.join(' → ')}, and not ${seen.join(' → ')}`)
    const [least, most] = asks
    const isAsked = shop.questions >= least && shop.questions <= most
    expect(isAsked, `${name}: asked ${shop.questions} times, and not ${least} to ${most}`)
  } catch (error) {
    expect(false, `${name}: ${error.message}`)
  } finally {
    await page.close()
    await shop.stop()
  }
}
