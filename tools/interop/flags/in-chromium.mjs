import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchBrowser } from '../../browser/fetched.mjs'
import { EXPECTED, FALLBACKS, QUESTIONS, USER, api } from './questions.mjs'

/** An answer is judged anew after five seconds, and a page asks again. */
const SEEN_WITHIN_MS = 20_000

/** The provider for pages, as the guide has it made and as it comes. */
export async function withChromium({ ledger, relay, pages }) {
  const browser = await fetchBrowser().launch()
  const headers = [['Authorization', `Bearer ${ledger.tokenOf(USER)}`]]
  const options = { baseUrl: relay.url, headers, cacheMode: 'network-first', cacheTTL: 600 }

  /** A page of a visitor who is new, or one who comes back. */
  async function open(context, more, userId = USER) {
    const page = await context.newPage()
    await page.goto(pages.url)
    await page.waitForFunction(() => 'flags' in globalThis)
    const start = ([made, user]) => globalThis.flags.start(made, user)
    const isReady = await page.evaluate(start, [{ ...options, ...more }, userId])
    return {
      isReady,
      answers: () => page.evaluate((questions) => globalThis.flags.ask(questions), QUESTIONS),
      events: () => page.evaluate(() => globalThis.flags.events),
      close: () => page.close(),
    }
  }

  const SCENARIOS = {
    'says what checks say, and no default opens a door': async (visitor) => {
      const page = await open(visitor)
      assert.ok(page.isReady)
      assert.deepEqual(await page.answers(), EXPECTED)
    },

    'says nothing of another user': async (visitor) => {
      const page = await open(visitor, {}, 'u_other')
      assert.ok(!page.isReady)
      assert.deepEqual(relay.statuses, [403])
      assert.deepEqual(await page.answers(), FALLBACKS)
    },

    'is answered 304 until something has changed, and sees what has': async (visitor) => {
      const page = await open(visitor, { pollInterval: 200 })
      await until(() => relay.statuses.filter((status) => status === 304).length > 3)
      assert.ok(!(await page.events()).includes('PROVIDER_CONFIGURATION_CHANGED'))
      const of = `/v4/users/${USER}/entitlements`
      const { id } = await api(ledger, 'POST', of, { feature: 'export-8k' })
      await until(async () => (await page.answers())[1] === true)
      await api(ledger, 'DELETE', `${of}/${id}`)
      await until(async () => (await page.answers())[1] === false)
      assert.deepEqual(await page.answers(), EXPECTED)
    },

    'goes on with what it has while the ledger does not answer, and begins with nothing': async (visitor) => {
      const page = await open(visitor, { pollInterval: 200, cacheMode: 'disabled' })
      relay.status = 503
      await until(async () => (await page.events()).includes('PROVIDER_STALE'))
      assert.deepEqual(await page.answers(), EXPECTED)
      const another = await open(visitor, { cacheMode: 'disabled' })
      assert.ok(!another.isReady)
      assert.deepEqual(await another.answers(), FALLBACKS)
    },

    'as it comes gives what it has kept to whoever is refused, and asked first it does not': async (
      visitor,
    ) => {
      for (const cacheMode of ['local-cache-first', 'network-first']) {
        const before = await open(visitor, { cacheMode, cacheTTL: undefined })
        assert.deepEqual(await before.answers(), EXPECTED)
        await before.close()
        for (const status of [401, 403]) {
          relay.status = status
          const after = await open(visitor, { cacheMode, cacheTTL: undefined })
          await until(() => relay.statuses.includes(status))
          const isKept = cacheMode === 'local-cache-first'
          assert.deepEqual(await after.answers(), isKept ? EXPECTED : FALLBACKS)
          await after.close()
        }
        relay.status = null
      }
    },
  }

  try {
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      const visitor = await browser.newContext()
      Object.assign(relay, { status: null, statuses: [] })
      try {
        await scenario(visitor)
      } catch (error) {
        throw new Error(`It ${name}: ${error.message}`, { cause: error })
      }
      await visitor.close()
    }
  } finally {
    await browser.close()
  }
}

async function until(isSo) {
  for (const deadline = Date.now() + SEEN_WITHIN_MS; !(await isSo()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error(`Not within ${SEEN_WITHIN_MS / 1000} s: ${isSo}`)
  }
}
