import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { Catalogs } from '../../../src/ledger/object/catalogs.ts'

async function at(version: number): Promise<number> {
  await env.DB.prepare('UPDATE catalog SET version = ?').bind(version).run()
  return version
}

it('are read anew of a database that was restored to an earlier version, as often as that is asked for', async () => {
  const catalogs = new Catalogs(env.DB)
  for (const version of [11, 12, 13, 14, 5, 6, 7]) {
    expect((await catalogs.of(await at(version)))?.version).toBe(version)
  }
})

it('are those of the version that was asked for, or none', async () => {
  const catalogs = new Catalogs(env.DB)
  await catalogs.of(await at(21))
  await at(22)
  expect((await catalogs.of(21))?.version).toBe(21)
  expect(await catalogs.of(20)).toBeNull()
})
