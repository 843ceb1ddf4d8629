import { describe, expect, it } from 'vitest'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import { anApp } from './an-app.ts'

const RIGHTS = { u_42: ['export-4k'], u_7: ['other'] }
const PURCHASE = { provider: 'stripe', id: 'cs/1' } as const
const { signal } = new AbortController()

describe('accessRoute', () => {
  it('answers the access of who is signed in, to be kept by nobody', async () => {
    const answer = await anApp(fakeLedger(RIGHTS)).as('u_42')('/api/access')
    expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
    const list = await answer.text()
    expect(list).not.toContain('ent_')
    expect(JSON.parse(list)).toMatchObject({
      userId: 'u_42',
      answeredAtMs: Date.parse('2030-01-01'),
      features: [
        { feature: 'export-4k', allowed: true },
        { feature: 'other', allowed: false, reason: 'no_entitlement' },
      ],
    })
  })

  it('takes no user from the request', async () => {
    const { as, app } = anApp(fakeLedger(RIGHTS))
    const answer = await as('u_7')('/api/access?userId=u_42&user=u_42&all=false')
    expect(await answer.json()).toMatchObject({
      userId: 'u_7',
      features: [{ allowed: false }, { allowed: true }],
    })
    expect((await app.request('/api/access?userId=u_42')).status).toBe(401)
    expect((await app.request('/api/access/purchases/stripe/cs_1?userId=u_42')).status).toBe(401)
  })

  it('is as fresh as a page wants it', async () => {
    const ledger = fakeLedger(RIGHTS)
    const source = anApp(ledger).source('u_42')
    const { version } = await ledger.user('u_42').grant({ feature: 'other' })
    expect(await source.access({ all: true, minVersion: version, signal })).toMatchObject({ version })
    const tooNew = source.access({ all: true, consistency: 'strong', minVersion: version + 1, signal })
    await expect(tooNew).rejects.toMatchObject({ code: 'version_unknown', status: 409 })
    const { as } = anApp(ledger)
    expect((await as('u_42')('/api/access?minVersion=-1&consistency=whatever')).status).toBe(200)
  })

  it('is 503 while the ledger does not say, and tells no more than that', async () => {
    const ledger = fakeLedger(RIGHTS)
    ledger.fault = 'unavailable'
    const { as, source } = anApp(ledger)
    const answer = await as('u_42')('/api/access')
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'It is not known now what the user may use',
      status: 503,
      code: 'access_unknown',
      retryable: true,
      requestId: 'req_fake',
    })
    await expect(source('u_42').access({ all: true, signal })).rejects.toBeInstanceOf(LedgerError)
  })

  it('tells the page after a checkout what has become of the purchase, if it is the user’s', async () => {
    const ledger = fakeLedger(RIGHTS)
    const { source } = anApp(ledger)
    expect(await source('u_42').purchase?.(PURCHASE, { signal })).toMatchObject({ state: 'unknown' })
    ledger.buy('u_42', ['other'], PURCHASE)
    expect(await source('u_42').purchase?.(PURCHASE, { signal })).toEqual({
      ...PURCHASE,
      account: '',
      state: 'applied',
      userId: 'u_42',
      version: 2,
    })
    expect(await source('u_7').purchase?.(PURCHASE, { signal })).toEqual({
      ...PURCHASE,
      account: '',
      state: 'unknown',
    })
  })
})
