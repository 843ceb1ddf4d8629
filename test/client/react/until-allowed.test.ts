import { describe, expect, it } from 'vitest'
import { type Until, type UntilOptions, untilAllowed } from '../../../src/client/react/until-allowed.ts'
import { APage, inABrowser, settle } from './a-page.ts'

const F = 'export-4k'

inABrowser()
const PURCHASE = { provider: 'stripe', id: 'cs_1' } as const

/** Somebody who waits. */
function waits(page: APage, options: UntilOptions = {}, source = page.source) {
  const gone = new AbortController()
  const heard: (string | undefined)[] = []
  const store = page.store({}, source)
  const waiting = { end: '', heard, store, leave: () => gone.abort() }
  const tell = ({ status, purchase }: Until) => {
    if (status === 'asking') heard.push(purchase?.state)
    else waiting.end = `${status} at ${page.ms}`
  }
  void untilAllowed(store, F, options, tell, gone.signal)
  return waiting
}

describe('the page after a checkout', () => {
  it('is confirmed at once where all happened before it was there', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const waiting = waits(page)
    await page.pass(0)
    expect(waiting.end).toBe('confirmed at 0')
    expect(page.questions).toMatchObject([{ consistency: 'strong' }])
  })

  it('asks at growing intervals, and is still waiting after a minute, which is no error', async () => {
    const page = new APage()
    const waiting = waits(page)
    await page.pass(120_000)
    expect(page.moments).toEqual([0, 1, 2, 4, 7, 12, 20, 28, 36, 44, 52].map((seconds) => seconds * 1000))
    expect(waiting.end).toBe('still-waiting at 60000')
  })

  it('waits for as long as it is told', async () => {
    const page = new APage()
    const waiting = waits(page, { timeoutMs: 5000 })
    await page.pass(10_000)
    expect(waiting.end).toBe('still-waiting at 5000')
  })

  it('is confirmed as soon as it is there, and so is everything that shows it', async () => {
    const page = new APage()
    const waiting = waits(page)
    await page.pass(3000)
    expect(waiting.end).toBe('')
    page.features = { [F]: true }
    await page.pass(1000)
    expect(waiting.end).toBe('confirmed at 4000')
    expect(waiting.store.view(F)).toMatchObject({ status: 'known', allowed: true })
  })

  it('asks again what fails, is late, or is never answered', async () => {
    const page = new APage()
    page.error = new Error('down')
    const waiting = waits(page)
    await page.pass(3500)
    page.error = null
    page.isLate = true
    await page.pass(4000)
    page.isLate = false
    page.features = { [F]: true }
    await page.pass(20_000)
    expect(waiting.end).toBe('confirmed at 17000')
  })

  it('is still waiting in time, also where an answer is awaited then', async () => {
    const page = new APage()
    page.isLate = true
    const waiting = waits(page, { timeoutMs: 4000 })
    await page.pass(4000)
    expect(waiting.end).toBe('still-waiting at 4000')
    expect(page.questions.at(-1)?.signal.aborted).toBe(true)
  })

  it('takes no yes of before for one of more', async () => {
    const page = new APage()
    page.features = { [F]: true }
    page.version = 6
    const waiting = waits(page, { since: 6 })
    await page.pass(2500)
    expect(waiting.end).toBe('')
    page.version = 7
    await page.pass(2000)
    expect(waiting.end).toBe('confirmed at 4000')
  })

  it('asks nothing once it is left', async () => {
    const page = new APage()
    const waiting = waits(page)
    await page.pass(2500)
    waiting.leave()
    await page.pass(60_000)
    expect(page.moments).toEqual([0, 1000, 2000])
    expect(waiting.end).toBe('')
  })
})

describe('with the purchase', () => {
  it('asks what has become of it, and for access with its version once it is applied', async () => {
    const page = new APage()
    const waiting = waits(page, { purchase: PURCHASE }, page.shop)
    await page.pass(1500)
    expect(page.purchases).toEqual([PURCHASE, PURCHASE])
    expect(page.questions).toEqual([])
    page.purchase = { state: 'applied', version: 9, userId: 'u_42' }
    page.version = 9
    page.features = { [F]: true }
    await page.pass(1000)
    expect(waiting.end).toBe('confirmed at 2000')
    expect(waiting.heard).toEqual([undefined, 'unknown', 'unknown', 'applied'])
    expect(page.questions).toMatchObject([{ minVersion: 9 }])
  })

  it('waits no longer where it was given back, or people have to decide', async () => {
    for (const purchase of [{ state: 'ended' }, { state: 'waiting', reason: 'user_disputed' }]) {
      const page = new APage()
      page.purchase = purchase
      const waiting = waits(page, { purchase: PURCHASE }, page.shop)
      await page.pass(0)
      expect(waiting.end).toBe('still-waiting at 0')
    }
  })

  it('goes on where that cannot be told', async () => {
    const page = new APage()
    page.error = new Error('down')
    const waiting = waits(page, { purchase: PURCHASE }, page.shop)
    await page.pass(1500)
    page.error = null
    page.purchase = { state: 'applied' }
    page.features = { [F]: true }
    await page.pass(1000)
    expect(waiting.end).toBe('confirmed at 2000')
  })

  it('asks for access alone where nobody can be asked after it', async () => {
    const page = new APage()
    page.features = { [F]: true }
    const waiting = waits(page, { purchase: PURCHASE })
    await settle()
    expect(waiting.end).toBe('confirmed at 0')
  })
})
