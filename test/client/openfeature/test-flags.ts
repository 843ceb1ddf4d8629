import type { FakeGrants } from '../../../src/client/testing/fake-rights.ts'
import text from '../../fixtures/openfeature/gherkin/test-flags.json?raw'

interface TestFlag {
  readonly disabled?: boolean
  readonly variants: Readonly<Record<string, boolean | number | string | object>>
  readonly defaultVariant?: string | null
}

/**
 * The flags of the specification as features: a boolean that is on is a right, one of another type is a config feature with its
 * value. What is off, or disabled, is what somebody else has.
 */
export function rightsByFlags(userId: string): FakeGrants {
  const flags = Object.entries(JSON.parse(text) as Readonly<Record<string, TestFlag>>)
  const rights = flags.flatMap(([feature, { variants, defaultVariant, disabled = false }]) => {
    const value = variants[defaultVariant ?? '']
    if (value === undefined) return []
    return [
      typeof value === 'boolean'
        ? { grant: { feature }, isTheirs: value && !disabled }
        : { grant: { feature, value: value as string }, isTheirs: !disabled },
    ]
  })
  const grantsOf = (theirs: boolean) =>
    rights.filter(({ isTheirs }) => isTheirs === theirs).map(({ grant }) => grant)
  return { [userId]: grantsOf(true), 'somebody-else': grantsOf(false) }
}
