import fc from 'fast-check'
import { beforeAll, expect, it, vi } from 'vitest'
import { ask, pages } from '../../support/api.ts'
import { IS_WHOLE } from '../../support/whole.ts'

beforeAll(() => vi.spyOn(console, 'info').mockImplementation(() => undefined))

const KEYS = ['a', 'b', 'c'] as const

/** One change of three features and of three products. */
const change = fc.record({
  key: fc.constantFrom(...KEYS),
  act: fc.oneof(
    fc.record({ method: fc.constant('PUT'), of: fc.constant('features'), body: named({ type: 'boolean' }) }),
    fc.record({
      method: fc.constant('PATCH'),
      of: fc.constant('features'),
      body: fc.record({ enabled: fc.boolean() }),
    }),
    fc.record({ method: fc.constant('DELETE'), of: fc.constantFrom('features', 'products') }),
    fc.record({
      method: fc.constant('PUT'),
      of: fc.constant('products'),
      body: fc.record({ name: fc.constantFrom('x', 'y'), features: fc.constant([]), everyone: share() }),
    }),
  ),
})

function named(more: object) {
  return fc.constantFrom('x', 'y').map((name) => ({ ...more, name }))
}

function share() {
  return fc.constantFrom(true, { percent: 10 }, { percent: 20 })
}

async function log() {
  return (await pages('/v4/catalog/changes?limit=100')).flatMap(({ json }) => json.items)
}

it('each version of the catalog is one change, whoever changes it at the same moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 8 }), async (changes) => {
      const answers = await Promise.all(
        changes.map(({ key, act: { method, of, ...sent } }) =>
          ask(method, `/v4/${of}/${key}${of === 'products' ? '?confirm=true' : ''}`, sent),
        ),
      )
      const all = await log()
      expect(all.map(({ version }) => version)).toEqual(all.map((_, index) => index + 1))
      for (const { status, json } of answers) {
        if (status >= 400) continue
        const { settling: _settling, ...what } = json
        expect(all.find(({ version }) => version === what.version)?.what).toEqual(what)
      }
      for (const [of, kind] of [
        ['features', 'feature'],
        ['products', 'product'],
      ] as const) {
        const { json } = await ask('GET', `/v4/${of}`)
        for (const one of json.items) {
          const last = all.findLast((logged) => logged.kind === kind && logged.key === (one.key ?? one.id))
          expect(last?.what).toEqual(one)
        }
      }
    }),
    { numRuns: IS_WHOLE ? 30 : 5 },
  )
})
