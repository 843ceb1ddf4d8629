import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { NOT_RUN, notRun } from './not-run.ts'
import { blocksOf, pages } from './pages.ts'
import { type Script, commandsIn, functionsIn, parseShell } from './shell.ts'

const blocks = [...pages.keys()].flatMap(blocksOf)
const scripts = blocks
  .filter(({ language }) => language === 'sh')
  .map((block) => ({ ...block, where: `${block.page}:${block.line}`, script: readIfPlain(block.text) }))
const commands = scripts.flatMap(({ where, script }) =>
  commandsIn(script).map((command) => ({ where, command })),
)

/** What is not plain is told by a test of its own. */
function readIfPlain(text: string): Script {
  try {
    return parseShell(text)
  } catch {
    return []
  }
}

/** What a test carries out, or does as the program does. */
const RUN = ['curl', 'npm run', 'sed', 'node -e', 'date', 'sleep']

describe('the commands of the pages', () => {
  it('are there, in fences of the language sh', () => {
    expect(scripts.length).toBeGreaterThan(20)
    const others = blocks.filter(({ language }) => ['bash', 'shell', 'zsh', 'console', ''].includes(language))
    const shells = others.filter(({ text }) =>
      /^\s*(\$ |curl|npm|npx|node|wrangler|stripe|openssl) ?/m.test(text),
    )
    expect(shells.map(({ page, line }) => `${page}:${line}`)).toEqual([])
  })

  it.each(scripts)(
    'of the block $where are plain, without a comment, which zsh takes for arguments',
    ({ text }) => {
      expect(() => parseShell(text)).not.toThrow()
    },
  )

  it('by npm are scripts of package.json', () => {
    const names = [...pages.values()].flatMap((text) =>
      [...text.matchAll(/\bnpm run (?:-s )?([a-z:-]+)/g)].map(([, name = '']) => name),
    )
    expect(names).toContain('token')
    expect(names.filter((name) => !(name in manifest.scripts))).toEqual([])
    expect(manifest.scripts).toHaveProperty('start')
  })

  it('are each carried out, or listed with the reason why not', () => {
    const defined = new Set(scripts.flatMap(({ script }) => functionsIn(script)))
    const unknown = commands.filter(
      ({ command }) =>
        notRun(command) === null &&
        !RUN.some((beginning) => command.startsWith(beginning)) &&
        !defined.has(command.split(' ')[0] ?? ''),
    )
    expect(unknown).toEqual([])
  })

  it.each(scripts)('of the block $where are all carried out, or none', ({ script }) => {
    const listed = commandsIn(script).map((command) => notRun(command) !== null)
    expect(new Set(listed).size).toBeLessThanOrEqual(1)
  })

  it('give everybody nothing, and under no name, that another page works with: they may be pasted one after another', () => {
    const shells = blocks.filter(({ language }) => language === 'sh')
    const given = shells.flatMap(({ page, text }) =>
      [...text.matchAll(/-X PUT \$URL\/v4\/products\/(\S+) -d '(\{.*?\})'/gs)].flatMap(
        ([, id = '', body = '{}']) => {
          const { everyone, features } = JSON.parse(body) as {
            everyone?: unknown
            features: { feature: string }[]
          }
          const isTakenBack = shells.some(
            (one) => one.page === page && one.text.includes(`-X DELETE "$URL/v4/products/${id}?`),
          )
          if (everyone === undefined || isTakenBack) return []
          return [`/v4/products/${id} `, ...features.map(({ feature }) => `"feature": "${feature}"`)].map(
            (what) => ({ page, what }),
          )
        },
      ),
    )
    const shared = given.filter(({ page, what }) =>
      shells.some((one) => one.page !== page && one.text.includes(what)),
    )
    expect(given.length).toBeGreaterThan(3)
    expect(shared).toEqual([])
  })

  it('are no longer listed once no page has them', () => {
    const used = new Set(commands.map(({ command }) => notRun(command)))
    expect([...NOT_RUN.keys()].filter((beginning) => !used.has(beginning))).toEqual([])
  })
})
