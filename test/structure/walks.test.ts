import { describe, expect, it } from 'vitest'
import { importsOf, sources } from './sources.ts'

const PAGE: Record<string, string> = import.meta.glob('../../docs/architecture.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface Step {
  readonly file: string
  readonly depth: number
  /** Who calls it; `null` for the first of a tree. */
  readonly caller: string | null
}

/** The trees of a section: blocks of files, each deeper by two spaces than the file that calls it. */
function treesOf(section: string): readonly (readonly Step[])[] {
  return [...section.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => {
    const steps: Step[] = []
    for (const line of block.trimEnd().split('\n')) {
      const [, indent = '', file = ''] = /^( *)(\S+)/.exec(line) ?? []
      const depth = indent.length / 2
      const caller = steps.findLast((step) => step.depth < depth) ?? null
      steps.push({ file, depth, caller: caller?.file ?? null })
    }
    return steps
  })
}

const page = Object.values(PAGE)[0] ?? ''
const walks = page
  .slice(page.indexOf('## Four walks'), page.indexOf('## A change, step by step'))
  .split('\n### ')
  .slice(1)
  .map((section) => [section.slice(0, section.indexOf('\n')), treesOf(section)] as const)

/** The rooms through which a file leads down from the first of its tree. */
function roomsTo(step: Step, tree: readonly Step[]): readonly string[] {
  const caller = tree.find(({ file }) => file === step.caller)
  const room = step.file.includes('/') ? step.file.slice(0, step.file.indexOf('/')) : step.file
  return [...(caller === undefined ? [] : roomsTo(caller, tree)), room]
}

it('there are four, and each has its files', () => {
  expect(walks.map(([name]) => name)).toEqual(['A check', 'A grant', 'A webhook', 'A consumption'])
  for (const [, trees] of walks) expect(trees.flat().length).toBeGreaterThan(8)
})

describe.each(walks)('%s', (_name, trees) => {
  const steps = trees.flat()

  it('leads through files that there are', () => {
    expect(steps.map(({ file }) => file).filter((file) => !sources.has(file))).toEqual([])
  })

  it('goes from each file to one that it imports', () => {
    const wrong = steps.filter(
      ({ file, caller }) => caller !== null && !importsOf(caller, sources.get(caller) ?? '').includes(file),
    )
    expect(wrong.map(({ file, caller }) => `${caller} → ${file}`)).toEqual([])
  })

  it('never comes back to a room that it has left', () => {
    const back = trees.flatMap((tree) =>
      tree.filter((step) => {
        const rooms = roomsTo(step, tree)
        const changes = rooms.filter((room, index) => room !== rooms[index - 1])
        return new Set(changes).size < changes.length
      }),
    )
    expect(back.map(({ file }) => file)).toEqual([])
  })
})
