import { expect, it } from 'vitest'
import { NAMING_FIELDS, type NamingField } from '../../../src/checkout/provider/naming-fields.ts'
import guide from '../../../docs/guides/naming.md?raw'

it('the guide has each field that names a user, who can write it, and the page that says so', () => {
  const told = guide.split('\n').flatMap((line) => {
    const [, provider, field, writer, source] =
      /^\| (\S+)\s+\| `(\S+)`\s+\| (\S+)\s+\| \[page\]\((\S+)\)/.exec(line) ?? []
    return provider === undefined ? [] : [[provider, field, writer, source]]
  })
  const kept = Object.entries<Readonly<Record<string, NamingField>>>(NAMING_FIELDS).flatMap(
    ([provider, fields]) =>
      Object.entries(fields).map(([field, { writer, source }]) => [provider, field, writer, source]),
  )
  expect(told).toEqual(kept)
})
