import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { changesToFollow, endRound, goOnAfter } from '../../src/catalog/changed-references.ts'

const NOW = Date.UTC(2030, 0, 1)

it('A change rests though somebody who looked at it before goes on with it', async () => {
  const ref = `price_${crypto.randomUUID()}`
  const source = { userId: 'u_1', provider: 'stripe', account: '', ref: 'sub_1', catalogVersion: 1 } as const
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO source_references (user_id, provider, account, ref, reference, catalog_version)
       VALUES ('u_1', 'stripe', '', 'sub_1', ?, 1)`,
    ).bind(ref),
    env.DB.prepare(
      `INSERT INTO changed_references (provider, ref, catalog_version, product_id, due_at) VALUES ('stripe', ?, 2, 'pro', ?)`,
    ).bind(ref, NOW),
  ])
  const [change] = await changesToFollow(env.DB, NOW, 1)
  if (change === undefined) throw new Error('The change is not due')

  await endRound(env.DB, change, NOW)
  await goOnAfter(env.DB, change, source, NOW)
  expect(await changesToFollow(env.DB, NOW + 59_999, 1)).toEqual([])
  expect(await changesToFollow(env.DB, NOW + 60_000, 1)).toMatchObject([{ ref, rounds: 1 }])
})
