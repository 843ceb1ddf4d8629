import { expect, it } from 'vitest'
import { ask } from '../../support/api.ts'
import { withCatalogRows } from '../../support/catalog-rows.ts'
import { expectProblem } from '../../support/problem.ts'

it('a catalog has a thousand features, archived ones too, also where many come at once', async () => {
  await withCatalogRows('features', 995)
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      ask('PUT', `/v4/features/new-${index}`, { body: { type: 'boolean' } }),
    ),
  )
  expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    ...Array.from({ length: 5 }, () => 201),
    ...Array.from({ length: 5 }, () => 422),
  ])
  const refused = await ask('PUT', '/v4/features/one-more', { body: { type: 'boolean' } })
  expectProblem(refused, 422, 'catalog_full')
  expect(refused.json).toMatchObject({ limit: 1000, retryable: false })
  expect(refused.json.detail).toBe('Cannot have more than 1000 features, archived ones too')
  expect((await ask('PUT', '/v4/features/f1', { body: { type: 'boolean', name: 'Again' } })).status).toBe(200)
  expect((await ask('PATCH', '/v4/features/f2', { body: { enabled: false } })).status).toBe(200)
})

it('and a thousand products', async () => {
  await withCatalogRows('products', 998)
  const body = { name: 'P', features: [] }
  const made = await Promise.all(
    Array.from({ length: 4 }, (_, index) => ask('PUT', `/v4/products/new-${index}`, { body })),
  )
  expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 422, 422])
  const refused = await ask('PUT', '/v4/products/one-more', { body })
  expectProblem(refused, 422, 'catalog_full')
  expect(refused.json).toMatchObject({ limit: 1000 })
  expect((await ask('PUT', '/v4/products/p1', { body: { ...body, name: 'Again' } })).status).toBe(200)
})
