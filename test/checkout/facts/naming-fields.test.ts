import { expect, it } from 'vitest'
import { PROVIDER_BY_NAME } from '../../../src/checkout/providers/provider-named.ts'
import guide from '../../../docs/guides/naming.md?raw'

it('the guide has each field that names a user, who can write it, and the page that says so', () => {
  const told = guide.split('\n').flatMap((line) => {
    const [, provider, field, writer, source] =
      /^\| (\S+)\s+\| `(\S+)`\s+\| (\S+)\s+\| \[page\]\((\S+)\)/.exec(line) ?? []
    return provider === undefined ? [] : [[provider, field, writer, source].join(' ')]
  })
  const kept = Object.entries(PROVIDER_BY_NAME).flatMap(([provider, { namingFields }]) =>
    Object.entries(namingFields).map(([field, { writer, source }]) =>
      [provider, field, writer, source].join(' '),
    ),
  )
  expect(told.toSorted()).toEqual(kept.toSorted())
})
