import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'

/** The notes of a user's entries, oldest first. */
async function notesOf(userId: string) {
  const { json } = await ask('GET', `/v4/users/${userId}/ledger?order=oldest`)
  return json.items.map(({ note }: { note: unknown }) => note)
}

async function storedBytesOf(userId: string): Promise<string> {
  const { results } = await env.DB.prepare('SELECT bytes FROM entries WHERE user_id = ?')
    .bind(userId)
    .all<{ bytes: string }>()
  return results.map(({ bytes }) => bytes).join('\n')
}

describe('metadata', () => {
  it('is kept as it was sent until it is changed, and is gone when it is forgotten', async () => {
    const metadata = { plan: 'pro', nested: { list: [1, 2.5, null, 'ü 🎟️'] }, constructor: 'x', '': '' }
    const granted = await grant(aUser(), { feature: await aFeature(), metadata })
    expect(granted.json.metadata).toEqual(metadata)

    const path = pathOf(granted)
    expect((await ask('PATCH', path, { body: { priority: 1 } })).json.metadata).toEqual(metadata)
    expect((await ask('POST', `${path}/suspend`, { headers: aKey() })).json.metadata).toEqual(metadata)
    expect((await ask('PATCH', path, { body: { metadata: { plan: 'team' } } })).json.metadata).toEqual({
      plan: 'team',
    })
    expect((await ask('GET', path)).json.metadata).toEqual({ plan: 'team' })
    expect((await ask('PATCH', path, { body: { metadata: null } })).json.metadata).toBeNull()
    expect((await ask('GET', path)).json.metadata).toBeNull()
  })

  it('keeps members of any name, because it is the caller’s own', async () => {
    const body = `{"feature":"${await aFeature()}","metadata":{"__proto__":{"plan":"pro"},"toString":1}}`
    const granted = await ask('POST', `/v4/users/${aUser()}/entitlements`, { body, headers: aKey() })
    expect(granted.text).toContain('"metadata":{"__proto__":{"plan":"pro"},"toString":1}')
    expect((await ask('GET', pathOf(granted))).text).toBe(granted.text)
  })

  it('is gone from every answer once its note was erased, and the ledger stays intact', async () => {
    const granted = await grant(aUser(), { feature: await aFeature(), metadata: { email: 'a@example.org' } })
    const { userId } = granted.json
    await env.DB.prepare('DELETE FROM notes WHERE user_id = ?').bind(userId).run()
    expect((await ask('GET', pathOf(granted))).json.metadata).toBeNull()
    expect(await notesOf(userId)).toEqual([null])
    expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })
  })
})

describe('the history', () => {
  it('tells who did what and why, beside the entries and never in them, so that it can be erased', async () => {
    const token = await aToken({ sub: 'support-agent-7' })
    const userId = aUser()
    const granted = await ask('POST', `/v4/users/${userId}/entitlements`, {
      body: { feature: await aFeature(), metadata: { email: 'a@example.org' } },
      headers: aKey(),
      token,
    })
    const path = pathOf(granted)
    await ask('POST', `${path}/suspend?reason=chargeback%20of%20May`, { headers: aKey(), token })
    await ask('POST', `${path}/resume?reason=it%20was%20ours`, { headers: aKey() })
    await ask('DELETE', `${path}?reason=asked+by+phone`, { token })

    expect(await notesOf(userId)).toEqual([
      { actor: 'support-agent-7', metadata: { email: 'a@example.org' } },
      { actor: 'support-agent-7', reason: 'chargeback of May' },
      { actor: 'tester', reason: 'it was ours' },
      { actor: 'support-agent-7', reason: 'asked by phone' },
    ])
    const bytes = await storedBytesOf(userId)
    for (const erasable of ['support-agent-7', 'tester', 'example.org', 'chargeback', 'phone']) {
      expect(bytes).not.toContain(erasable)
    }
  })
})
