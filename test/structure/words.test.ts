import { describe, expect, it } from 'vitest'
import { sources } from './sources.ts'

interface Exported {
  readonly file: string
  readonly kind: string
  readonly name: string
}

const EXPORT = /^export (?:declare )?(?:async )?(?:abstract )?(function|const|class|interface|type) (\w+)/gm

const exported: readonly Exported[] = [...sources].flatMap(([file, text]) =>
  // A function with overloads is one name.
  [...new Map([...text.matchAll(EXPORT)].map(([, kind = '', name = '']) => [name, kind]))].map(
    ([name, kind]) => ({ file, kind, name }),
  ),
)

const TYPES = ['interface', 'type', 'class']

/** What was done says nothing of what is there. `UserAnswer` is a name, and so is `askUser`; `asked` is none. */
const PARTICIPLES = `
  absorbed answered applied arrived asked awaited billed bought called carried changed claimed committed completed concluded
  concerned consumed created decided done dropped entitled ended fetched folded followed forgiven forgotten found
  freed gathered given gone granted grouped handed heard held joined kept keyed known left listed looked lost made mapped
  marked matched meant merged moved named opened over owed owned packed paid parsed piled placed planned presented
  processed published received reckoned recorded refunded refused released remembered replaced replayed reported
  required reserved retired returned reversed revoked routed said seen sent settled shared shown signed sold spent
  started stored submitted taken thrown told touched transferred tried turned unpacked updated upgraded used waited wanted
  weighed woken withdrawn withheld written
`
  .trim()
  .split(/\s+/)

describe('an exported name', () => {
  it('is the name of one type only', () => {
    const types = exported.filter(({ kind }) => TYPES.includes(kind))
    expect(types.length).toBeGreaterThan(200)
    const twice = [...Map.groupBy(types, ({ name }) => name)].filter(([, places]) => places.length > 1)
    expect(twice.map(([name, places]) => [name, places.map(({ file }) => file)])).toEqual([])
  })

  it('is no bare participle', () => {
    const wrong = exported.filter(({ name }) => PARTICIPLES.includes(name[0]?.toLowerCase() + name.slice(1)))
    expect(wrong).toEqual([])
  })
})

describe('a file', () => {
  it('is named after a thing or an act, and not after what was done', () => {
    const names = [...sources.keys()].map((file) => file.slice(file.lastIndexOf('/') + 1, -'.ts'.length))
    expect(names.filter((name) => PARTICIPLES.includes(name))).toEqual([])
  })
})
