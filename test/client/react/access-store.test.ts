import { describe, expect, it } from 'vitest'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import type { AccessStore } from '../../../src/client/react/access-store.ts'
import { APage, inABrowser, settle } from './a-page.ts'

const F = 'export-4k'

inABrowser()

/** A page that shows one feature. */
async function shown(page: APage, store: AccessStore = page.store()) {
  let told = 0
  store.subscribe(F, () => {
    told += 1
  })
  const stop = store.start()
  await settle()
  return { store, stop, status: () => store.view(F).status, told: () => told }
}

describe('what is shown', () => {
  it('is pending until it was answered, then known', async () => {
    const page = new APage()
    page.features = { [F]: true }
    page.isLate = true
    const { store, status } = await shown(page)
    expect(store.view(F)).toMatchObject({ status: 'pending' })
    expect(store.view(F).allowed).toBeUndefined()
    await page.answer()
    expect(store.view(F)).toMatchObject({ status: 'known', allowed: true, reason: 'granted' })
    expect(page.questions).toHaveLength(1)
    expect(status()).toBe('known')
  })

  it('is unknown where the ledger fails, stays so while it is asked again, and is known when it answers', async () => {
    const page = new APage()
    page.features = { [F]: false }
    page.error = new LedgerError({ code: 'no_answer' })
    const { store, status } = await shown(page)
    expect(store.view(F)).toEqual({ status: 'unknown', error: page.error })
    page.isLate = true
    await page.pass(1000)
    expect(page.questions).toHaveLength(2)
    expect(status()).toBe('unknown')
    page.error = null
    await page.answer()
    expect(store.view(F)).toMatchObject({ status: 'known', allowed: false })
  })

  it('is unknown where nobody answers for ten seconds', async () => {
    const page = new APage()
    page.isLate = true
    const { status } = await shown(page)
    await page.pass(9_999)
    expect(status()).toBe('pending')
    await page.pass(1)
    expect(status()).toBe('unknown')
    expect(page.questions[0]?.signal.aborted).toBe(true)
  })

  it('is asked for again at growing intervals while it fails, and as late as the ledger wants', async () => {
    const page = new APage()
    page.error = new LedgerError({ code: 'no_answer' })
    await shown(page)
    await page.pass(30_000)
    expect(page.moments).toEqual([0, 1000, 3000, 6000, 11_000, 19_000, 27_000])
    page.error = new LedgerError({ code: 'rate_limited', retryAfterMs: 60_000 })
    await page.pass(5000)
    page.moments.length = 0
    await page.pass(120_000)
    expect(page.moments).toEqual([95_000, 155_000])
  })

  it('is a yes for thirty seconds after it was asked for, and then asked for again without a flicker', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const { store } = await shown(page)
    const first = store.view(F)
    await page.pass(29_999)
    expect(page.questions).toHaveLength(1)
    page.isLate = true
    await page.pass(1)
    expect(page.questions).toHaveLength(2)
    expect(store.view(F)).toBe(first)
    await page.answer()
    expect(store.view(F)).toBe(first)
  })

  it('is a no for five seconds after the ledger confirmed it', async () => {
    const page = new APage()
    page.features = { [F]: false }
    await shown(page)
    // The second that `Date` does not tell counts as passed.
    await page.pass(3999)
    expect(page.moments).toEqual([0])
    await page.pass(1)
    expect(page.moments).toEqual([0, 4000])
  })

  it('is a yes no longer at the moment at which time ends it', async () => {
    const page = new APage()
    page.features = { [F]: { allowed: true, nextChangeAt: page.at(20_000) } }
    const { store, status } = await shown(page)
    await page.pass(20_000)
    expect(status()).toBe('known')
    page.features = { [F]: false }
    await page.pass(2000)
    expect(store.view(F)).toMatchObject({ status: 'known', allowed: false })
    expect(page.questions).toHaveLength(2)
  })

  it('is asked for once at that moment, when the ledger knows that it has come', async () => {
    const page = new APage()
    const end = page.at(20_300)
    page.features = { [F]: { allowed: true, nextChangeAt: end } }
    await shown(page)
    await page.pass(20_300)
    page.features = { [F]: true }
    await page.pass(5000)
    expect(page.moments).toHaveLength(2)
    expect(page.moments[1]).toBeGreaterThanOrEqual(20_300)
  })
})

describe('while the ledger does not answer', () => {
  it('a yes is shown as degraded up to its bound, and then not at all', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const { store, status } = await shown(page)
    page.error = new Error('down')
    await page.pass(60_000)
    expect(store.view(F)).toMatchObject({ status: 'known', allowed: true, degraded: true })
    await page.pass(538_000)
    expect(status()).toBe('known')
    await page.pass(2000)
    expect(status()).toBe('unknown')
  })

  it('a no is unknown as soon as it is over, and a metered yes as well', async () => {
    const balance = { granted: 9, used: 0, reserved: 0, remaining: 9 }
    for (const told of [false, { allowed: true, balance }]) {
      const page = new APage()
      page.features = { [F]: told }
      const { store, status } = await shown(page)
      expect(status()).toBe('known')
      page.error = new Error('down')
      await page.pass(31_000)
      expect(store.view(F)).toMatchObject({
        status: 'unknown',
        error: { code: 'no_answer', cause: page.error },
      })
    }
  })
})

describe('the clock of a browser', () => {
  it('neither lengthens nor shortens by being wrong, nor by standing still', async () => {
    for (const wrong of [{ wrongMs: 3_600_000 }, { wrongMs: -3_600_000 }, { standsStill: true }]) {
      const page: APage = new APage()
      Object.assign(page, wrong)
      page.features = { [F]: true }
      const { status } = await shown(page)
      await page.pass(29_000)
      expect(page.moments).toEqual([0])
      await page.pass(1000)
      expect(page.moments).toEqual([0, 30_000])
      expect(status()).toBe('known')
    }
  })

  it('makes a yes over at once where it jumps beyond the bound', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const { status } = await shown(page)
    page.isLate = true
    page.wrongMs = 700_000
    await page.pass(1000)
    expect(status()).toBe('pending')
    expect(page.questions).toHaveLength(2)
  })
})

describe('what a page asks', () => {
  it('knows of the version that was seen, and forgets it where the ledger has lost it', async () => {
    const page = new APage()
    page.features = { [F]: false }
    page.version = 7
    const { status } = await shown(page)
    page.error = new LedgerError({ code: 'version_unknown' })
    await page.pass(5000)
    expect(page.questions[1]).toMatchObject({ minVersion: 7 })
    page.error = null
    page.version = 3
    await page.pass(2000)
    expect(page.questions[2]).toMatchObject({ minVersion: 0 })
    expect(status()).toBe('known')
  })

  it('is asked by nobody who does not look, and at once when somebody does', async () => {
    const page = new APage()
    page.features = { [F]: false }
    await shown(page)
    page.isHidden = true
    await page.pass(3_600_000)
    expect(page.questions).toHaveLength(1)
    page.isHidden = false
    await page.pass(1000)
    expect(page.questions).toHaveLength(2)
  })

  it('is one question, however many pieces show it, and none where nobody does', async () => {
    const page = new APage()
    page.features = { [F]: true, other: false }
    const store = page.store()
    store.start()
    await page.pass(60_000)
    expect(page.questions).toHaveLength(0)
    for (const feature of [F, F, 'other']) store.subscribe(feature, () => {})
    await settle()
    expect(page.questions).toHaveLength(1)
  })

  it('is called off when the page is left, and begins anew where it comes back', async () => {
    const page = new APage()
    page.isLate = true
    page.features = { [F]: true }
    const { store, stop, status } = await shown(page)
    stop()
    expect(page.questions[0]?.signal.aborted).toBe(true)
    store.start()
    await settle()
    expect(page.questions).toHaveLength(2)
    await page.answer()
    expect(status()).toBe('known')
  })
})

describe('an answer', () => {
  it('of another user is not shown', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const { status } = await shown(page, page.store({ user: 'u_7' }))
    expect(status()).toBe('unknown')
  })

  it('that was overtaken by that to a later question is not shown', async () => {
    const page = new APage()
    page.features = { [F]: false }
    page.isLate = true
    const { store, status } = await shown(page)
    const earlier = page.list()
    page.isLate = false
    page.version = 2
    page.features = { [F]: true }
    await page.pass(1)
    await store.ask({ consistency: 'strong' })
    expect(store.view(F).allowed).toBe(true)
    page.list = () => earlier
    await page.answer()
    expect(store.view(F).allowed).toBe(true)
    expect(status()).toBe('known')
  })

  it('that says the same is the same', async () => {
    const page = new APage()
    page.features = { [F]: { allowed: true, value: { seats: 5 } } }
    const { store } = await shown(page)
    const first = store.view(F)
    await page.pass(60_000)
    expect(page.questions).toHaveLength(3)
    expect(store.view(F)).toBe(first)
  })
})

describe('what was rendered', () => {
  it('is shown from the first moment on, and asked for again when it is over', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const store = page.store({ initial: page.list() })
    expect(store.firstView(F)).toMatchObject({ status: 'known', allowed: true })
    expect(store.view(F)).toBe(store.firstView(F))
    await shown(page, store)
    await page.pass(29_000)
    expect(page.questions).toHaveLength(0)
    await page.pass(1000)
    expect(page.questions).toHaveLength(1)
  })

  it('is not shown to another user', () => {
    const page = new APage()
    page.features = { [F]: true }
    expect(page.store({ user: 'u_7', initial: page.list() }).firstView(F).status).toBe('pending')
  })
})
