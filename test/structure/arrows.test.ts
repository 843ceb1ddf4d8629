import { describe, expect, it } from 'vitest'
import { resolved, sources } from './sources.ts'

// The rooms of `src` and what each may import besides itself. `worker.ts` knows every room.
const MAY_IMPORT: Record<string, readonly string[]> = {
  'worker.ts': ['config.ts', 'http', 'rpc', 'api', 'checkout', 'edge', 'ledger', 'contract', 'domain'],
  'config.ts': ['config', 'contract'],
  config: ['contract'],
  http: ['api', 'contract', 'edge', 'ledger', 'domain'],
  rpc: ['api', 'contract', 'edge', 'ledger', 'domain'],
  api: ['contract', 'edge', 'ledger', 'domain'],
  checkout: ['contract', 'ledger', 'domain'],
  edge: ['ledger', 'domain'],
  ledger: ['domain'],
  contract: [],
  domain: [],
}

// Packages by room; a room that is not listed imports none.
const MAY_USE: Record<string, RegExp> = {
  'worker.ts': /^(cloudflare:workers|hono)$/,
  'config.ts': /^zod$/,
  config: /^zod$/,
  http: /^(hono(\/.*)?|@hono\/zod-validator|zod|jose)$/,
  rpc: /^(cloudflare:workers|zod)$/,
  api: /^zod$/,
  checkout: /^(hono|zod)$/,
  ledger: /^(cloudflare:workers|node:async_hooks|drizzle-orm(\/.*)?|canonicalize)$/,
  contract: /^zod$/,
}

const files = [...sources].map(([file, text]) => ({ file, text, imports: importsOf(file, text) }))

function importsOf(file: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?'([^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  )
  return specifiers.map((specifier) => (specifier.startsWith('.') ? resolved(file, specifier) : specifier))
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file
}

describe('the rooms of src', () => {
  it('are all known', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(files.map(({ file }) => roomOf(file)).filter((room) => !(room in MAY_IMPORT))).toEqual([])
  })

  it('import only the rooms below them', () => {
    const wrong = files.flatMap(({ file, imports }) =>
      imports
        .filter((imported) => imported.endsWith('.ts'))
        .filter((imported) => roomOf(imported) !== roomOf(file))
        .filter((imported) => !MAY_IMPORT[roomOf(file)]?.includes(roomOf(imported)))
        .map((imported) => `${file} → ${imported}`),
    )
    expect(wrong).toEqual([])
  })

  it('use only the packages that belong to their work', () => {
    const wrong = files.flatMap(({ file, imports }) =>
      imports
        .filter((imported) => !imported.endsWith('.ts'))
        .filter((imported) => !(MAY_USE[roomOf(file)]?.test(imported) ?? false))
        .map((imported) => `${file} → ${imported}`),
    )
    expect(wrong).toEqual([])
  })

  it('hold no circle of files', () => {
    const importsByFile = new Map(files.map(({ file, imports }) => [file, imports]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (done.has(file) || path.includes(file)) return
      for (const imported of importsByFile.get(file) ?? []) visit(imported, [...path, file])
      done.add(file)
    }
    for (const { file } of files) visit(file, [])
    expect(circles).toEqual([])
  })
})

describe('the domain', () => {
  it('never asks for the time or for chance: both are handed in', () => {
    const ambient = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.|\bperformance\.now\b/
    const wrong = files.filter(({ file, text }) => roomOf(file) === 'domain' && ambient.test(text))
    expect(wrong.map(({ file }) => file)).toEqual([])
  })
})

describe('every file', () => {
  it('stays small enough to be read at once', () => {
    const long = files.map(({ file, text }) => ({ file, lines: text.split('\n').length }))
    // The tables of operations and problems are data, and are read by looking one up.
    const tables = ['contract/operations.ts', 'contract/problems.ts']
    expect(long.filter(({ file, lines }) => lines > 260 && !tables.includes(file))).toEqual([])
  })
})
