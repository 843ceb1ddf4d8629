import { expect, it } from 'vitest'
import { ConfigError, configOf } from '../../src/config.ts'
import { PROVIDERS } from '../../src/contract/providers.ts'
import wrangler from '../../wrangler.toml?raw'
import { pageAt, rowsOf } from './pages.ts'

const [tables = ''] = pageAt('docs/operating/settings.md').split('\n## Bindings\n')
const rows = rowsOf(tables)
const documented = rows.map(([name = '']) => name.replaceAll('`', ''))

/** What a configuration is asked for, whatever it is called. */
function asked(): readonly string[] {
  const names = new Set<string>()
  const watched = new Proxy(
    {},
    {
      get: (_target, name) => void names.add(String(name)),
      has: (_target, name) => (names.add(String(name)), false),
    },
  )
  expect(() => configOf(watched)).toThrow(ConfigError)
  const secrets = PROVIDERS.map((name) => `WEBHOOK_SECRETS_${name.toUpperCase().replaceAll('-', '_')}`)
  return [...names, ...secrets].filter((name) => /^[A-Z][A-Z0-9_]+$/.test(name))
}

/** Every variable of `[vars]` in `wrangler.toml`, with its value. */
function vars(): readonly (readonly [string, string])[] {
  const [, section = ''] = wrangler.split('\n[vars]\n')
  const [own = ''] = section.split('\n[')
  return [...own.matchAll(/^([A-Z0-9_]+) = "([^"]*)"/gm)].map(([, name = '', value = '']) => [name, value])
}

function messageOf(work: () => unknown): string {
  try {
    work()
    return ''
  } catch (error) {
    return String(error)
  }
}

it('every variable and secret that is read has a row, and every row is read', () => {
  expect(documented.length).toBeGreaterThan(30)
  expect(documented.toSorted()).toEqual(asked().toSorted())
})

it('a bad value of each row is refused by its name', () => {
  const bad = Object.fromEntries(
    documented.map((name) => [name, name.startsWith('WEBHOOK_SECRETS_') ? 'short' : 5]),
  )
  const refused = messageOf(() => configOf(bad))
  expect(documented.filter((name) => !refused.includes(name))).toEqual([])
})

it('every variable of wrangler.toml has a row, with the same default', () => {
  expect(vars().length).toBeGreaterThan(10)
  const wrong = vars().filter(([name, value]) => {
    const initially = rows.find(([cell]) => cell === `\`${name}\``)?.[1]
    return initially === undefined || (value !== '' && !initially.includes(`\`${value}\``))
  })
  expect(wrong).toEqual([])
})

it('what the page calls required is what cannot be left out', () => {
  const required = rows
    .filter(([, initially = '']) => initially.startsWith('required'))
    .map(([name = '']) => name)
  const told = messageOf(() => configOf({ JWT_JWKS_URL: 'https://issuer.test/jwks' }))
  const missing = [...told.matchAll(/([A-Z0-9_]+) is missing/g)].map(([, name]) => `\`${name}\``)
  expect(required.toSorted()).toEqual(missing.toSorted())
})
