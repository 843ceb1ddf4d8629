import canonicalize from 'canonicalize'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { History } from '../../../src/app/ledger/history.ts'
import { Cursors } from '../../../src/app/paging/cursors.ts'
import type { LedgerHead } from '../../../src/ledger/submission.ts'
import { aCaller } from '../../support/a-caller.ts'
import { aFeature, aKey, ask, grant, pages, pathOf } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'

/** A user with five entries of all types, of which the last answer is `last`. */
async function aHistory() {
  const userId = aUser()
  const granted = await grant(userId, { feature: await aFeature('config'), value: { b: 1, a: 'ü' } })
  const path = pathOf(granted)
  await ask('PATCH', path, { body: { endsAt: '2099-01-01T00:00:00Z', metadata: { plan: 'pro' } } })
  await ask('POST', `${path}/suspend?reason=dispute`, { headers: aKey() })
  await ask('POST', `${path}/resume`, { headers: aKey() })
  const last = await ask('DELETE', path)
  return { userId, path: `/v4/users/${userId}/ledger`, last }
}

async function itemsAt(path: string) {
  return (await pages(path)).flatMap(({ json }) => json.items as { seq: number; hash: string }[])
}

describe('the history of a user', () => {
  it('tells every change with what led to it', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const headers = { 'Idempotency-Key': 'order-7', 'X-Request-Id': 'checkout-7' }
    const { json } = await grant(userId, { feature, endsAt: '2099-01-01T00:00:00Z' }, headers)
    const [item] = (await ask('GET', `/v4/users/${userId}/ledger`)).json.items
    expect(item).toMatchObject({
      v: 1,
      userId,
      seq: 1,
      type: 'entitlement_created',
      commandId: 'api:order-7',
      cause: { kind: 'api', ref: 'checkout-7' },
      recordedAt: json.createdAt,
      data: {
        entitlementId: json.id,
        feature,
        source: { provider: 'api', ref: 'order-7', product: null },
        terms: { allowance: { type: 'boolean' }, endsAt: '2099-01-01T00:00:00.000Z', startsAt: null },
      },
    })
  })

  it('is read from either end, in pages', async () => {
    const { path } = await aHistory()
    const seqs = async (query: string) => (await itemsAt(`${path}${query}`)).map(({ seq }) => seq)
    expect(await seqs('')).toEqual([5, 4, 3, 2, 1])
    expect(await seqs('?order=oldest')).toEqual([1, 2, 3, 4, 5])
    expect(await seqs('?order=oldest&limit=2')).toEqual([1, 2, 3, 4, 5])
    expect(await seqs('?order=newest&limit=2')).toEqual([5, 4, 3, 2, 1])
    expect((await pages(`${path}?limit=2`)).map(({ json }) => json.items.length)).toEqual([2, 2, 1])
  })

  it('stays where it is while it is paged through, because entries only ever follow', async () => {
    const { userId, path } = await aHistory()
    const feature = await aFeature()
    const more = await pages(`${path}?limit=2`, () => grant(userId, { feature }))
    expect(more.flatMap(({ json }) => json.items.map(({ seq }: { seq: number }) => seq))).toEqual([
      5, 4, 3, 2, 1,
    ])
  })

  it('can be proved by anyone: each hash is that of the item and the hash before, as the contract says', async () => {
    const { userId, path, last } = await aHistory()
    let before = await sha256Hex('entitlement-ledger/v4/genesis\n', canonicalize({ userId }) ?? '')
    for (const { hash, ...item } of await itemsAt(`${path}?order=oldest`)) {
      const { note: _note, ...hashed } = item as Record<string, unknown>
      expect(hash).toBe(
        await sha256Hex('entitlement-ledger/v4/entry\n', bytesOfHex(before), canonicalize(hashed) ?? ''),
      )
      before = hash
    }
    expect(last.headers.get('Ledger-Head')).toBe(`5:${before}`)
  })
})

describe('the proof', () => {
  it('names the head that the last write was told', async () => {
    const { path, last } = await aHistory()
    const { json } = await ask('GET', `${path}/verify`)
    expect(json).toEqual({ intact: true, version: 5, hash: last.headers.get('Ledger-Head')?.slice(2) })
  })

  it('goes on from a head, and then tells of the chain alone', async () => {
    const { path, last } = await aHistory()
    const [, second] = await itemsAt(`${path}?order=oldest`)
    const { json } = await ask('GET', `${path}/verify?from=2:${second?.hash}`)
    const hash = last.headers.get('Ledger-Head')?.slice(2)
    expect(json).toEqual({ intact: true, version: 5, hash, only: 'chain', next: null })
    const other = await ask('GET', `${path}/verify?from=2:${'f'.repeat(64)}`)
    expect(other.json).toEqual({ intact: false, firstWrong: { seq: 2, kind: 'head' } })
  })

  it('of more than a call proves is given in parts, that lead to the end', async () => {
    const { userId, last } = await aHistory()
    const services = {
      db: env.DB,
      cursors: new Cursors(async () => 'key'),
      now: Date.now,
      waitUntil: () => undefined,
    }
    const history = new History(services, 2)
    const parts = []
    let from: LedgerHead | undefined
    for (let part = 0; part < 3; part += 1) {
      const verdict = await history.verify(userId, { from }, SERVICE)
      parts.push(verdict)
      const [version, hash = ''] = 'next' in verdict ? (verdict.next?.split(':') ?? []) : []
      from = { version: Number(version), hash }
    }
    const [only, hash] = ['chain', last.headers.get('Ledger-Head')?.slice(2)]
    expect(parts).toMatchObject([
      { intact: true, version: 2, only },
      { intact: true, version: 4, only },
      { intact: true, version: 5, hash, only, next: null },
    ])
    expect(await new History(services, 5).verify(userId, {}, SERVICE)).not.toHaveProperty('only')
  })

  it('holds for a user of whom nothing is recorded', async () => {
    expect((await ask('GET', `/v4/users/${aUser()}/ledger/verify`)).json).toMatchObject({
      intact: true,
      version: 0,
    })
  })
})

const SERVICE = aCaller('shop', ['ledger:read'])

async function sha256Hex(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob([...parts]).arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
