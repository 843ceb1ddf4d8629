import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { carriedBy } from '../../tools/package/bundle.mjs'

/** What is gzipped of what a page carries, in bytes. */
async function gzipped(program, beside) {
  return gzipSync(await carriedBy(program, beside), { level: 9 }).length
}

describe('What a page or a server carries of the client, minified and gzipped', () => {
  it('is 3.5 KiB at most without a memory, and 5 KiB with one', async () => {
    expect(await gzipped("export { createLedger, LedgerError } from './client.ts'")).toBeLessThanOrEqual(
      3.5 * 1024,
    )
    expect(await gzipped("export * from './client.ts'")).toBeLessThanOrEqual(5 * 1024)
  })

  it('is 1.5 KiB more with React, 1.75 with routeSource as well, and 3 KiB where that asks the app in the place of the client', async () => {
    const client = "export { createLedger, LedgerError, createMemory } from './client.ts'\n"
    const without = await gzipped(client)
    const pieces = "export { Can, Entitlements, useAccess, useRefresh, useUntil } from './react/react.ts'"
    expect((await gzipped(client + pieces)) - without).toBeLessThanOrEqual(1.5 * 1024)
    const all = "export * from './react/react.ts'"
    expect((await gzipped(client + all)) - without).toBeLessThanOrEqual(1.75 * 1024)
    expect(await gzipped(all)).toBeLessThanOrEqual(3 * 1024)
  })

  it('is 7.5 KiB with jose where passports are verified', async () => {
    const verifier = "export * from './passport/passport.ts'"
    expect(await gzipped(verifier, ['jose'])).toBeLessThanOrEqual(7.5 * 1024)
    expect(await gzipped(verifier)).toBeLessThanOrEqual(3.5 * 1024)
  })

  it('is 1.5 KiB more with the provider for OpenFeature, and nothing of its SDK', async () => {
    const client = "export * from './client.ts'\n"
    const provider = "export * from './openfeature/openfeature.ts'"
    expect((await gzipped(client + provider)) - (await gzipped(client))).toBeLessThanOrEqual(1.5 * 1024)
    expect(String(await carriedBy(provider))).not.toContain('@openfeature')
  })

  it('is nothing where the types alone are used', async () => {
    const program =
      "import { type Check, createLedger } from './client.ts'\nexport type C = Check | typeof createLedger"
    expect((await carriedBy(program)).length).toBe(0)
    expect((await carriedBy("import './client.ts'")).length).toBe(0)
  })
})
