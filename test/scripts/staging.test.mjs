import { expect, it } from 'vitest'
import { wranglerConfig } from './wrangler-config.mjs'

const top = wranglerConfig()
const staging = wranglerConfig('staging')

/** Of each kind of binding the names, by which the Worker knows them. */
function bindingsOf(config) {
  const kinds = Object.entries(config).map(([kind, value]) => [kind, value?.bindings ?? value])
  const named = kinds.map(([kind, values]) => [
    kind,
    [values].flat().flatMap((one) => one?.binding ?? one?.name ?? []),
  ])
  return Object.fromEntries(named.filter(([, names]) => names.length > 0))
}

it('staging has all bindings and all variables of the Worker itself: none is inherited', () => {
  expect(bindingsOf(top)).toMatchObject({ d1_databases: ['DB'], kv_namespaces: ['KV'] })
  expect(bindingsOf(top).durable_objects).toContain('USERS')
  expect(bindingsOf(staging)).toEqual(bindingsOf(top))
  expect(Object.keys(staging.vars).toSorted()).toEqual(Object.keys(top.vars).toSorted())
})

it('staging shares nothing with it: no database, no cache, no address, no real purchase', () => {
  expect(staging.name).toBe(`${top.name}-staging`)
  expect(staging.d1_databases[0].database_name).not.toBe(top.d1_databases[0].database_name)
  expect(staging.kv_namespaces[0].id ?? 'made with it').not.toBe(top.kv_namespaces[0].id)
  expect(staging.routes).toEqual([])
  expect(staging.vars.CHECKOUT_MODE).toBe('test')
})
