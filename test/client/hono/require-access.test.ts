import { describe, expect, it } from 'vitest'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import { anApp } from './an-app.ts'

const RIGHTS = { u_42: ['export-4k'], u_7: ['other'] }

describe('requireAccess', () => {
  it('lets through who may', async () => {
    const answer = await anApp(fakeLedger(RIGHTS)).as('u_42')('/export')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('here it is')
  })

  it('tells others why not', async () => {
    const answer = await anApp(fakeLedger(RIGHTS)).as('u_7')('/export')
    expect(answer.status).toBe(403)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
    expect(await answer.json()).toMatchObject({
      status: 403,
      code: 'access_denied',
      feature: 'export-4k',
      reason: 'no_entitlement',
      retryable: false,
    })
  })

  it('lets through who has as much as is asked for', async () => {
    const ledger = fakeLedger({ u_42: [{ feature: 'renders', amount: 4 }] })
    const { as } = anApp(ledger)
    expect((await as('u_42')('/renders')).status).toBe(200)
    await ledger.user('u_42').consume({ feature: 'renders', amount: 1 })
    expect((await as('u_42')('/renders')).status).toBe(403)
  })

  it('lets nobody through who is not signed in, whatever the request says', async () => {
    const { app } = anApp(fakeLedger(RIGHTS))
    const answer = await app.request('/export?user=u_42&userId=u_42')
    expect(answer.status).toBe(401)
  })

  it('lets nobody through while the ledger does not say', async () => {
    const ledger = fakeLedger(RIGHTS)
    for (const fault of ['unavailable', 'late'] as const) {
      ledger.fault = fault
      const answer = await anApp(ledger).as('u_42')('/export')
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ code: 'access_unknown', retryable: true })
    }
  })

  it('lets nobody through where the app itself is broken', async () => {
    for (const broken of ['user', 'check'] as const) {
      const ledger = fakeLedger(RIGHTS)
      const user = ledger.user('u_42')
      const mistake = () => {
        throw new TypeError('a mistake')
      }
      if (broken === 'check') user.check = mistake
      ledger.user = broken === 'user' ? mistake : () => user
      expect((await anApp(ledger).as('u_42')('/export')).status).toBe(500)
    }
  })

  it('goes on letting through from memory, as the ledger would', async () => {
    const ledger = fakeLedger(RIGHTS, { memory: { lastKnownSeconds: 600 } })
    const { as } = anApp(ledger)
    expect((await as('u_42')('/export')).status).toBe(200)
    ledger.fault = 'unavailable'
    ledger.clock.pass(300_000)
    expect((await as('u_42')('/export')).status).toBe(200)
    ledger.clock.pass(300_000)
    expect((await as('u_42')('/export')).status).toBe(503)
  })
})
