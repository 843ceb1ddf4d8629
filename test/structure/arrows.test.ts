import { describe, expect, it } from 'vitest'
import { importsOf, resolved, sources } from './sources.ts'

/**
 * The rooms of `src`, from the doors down to the ground, and what each may import besides itself. A line stands for all
 * of its folders that have no line of their own. On the right, `domain` means every room of the domain.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'worker.ts': [
    'config.ts',
    'http',
    'rpc',
    'app',
    'keeper',
    'checkout',
    'catalog',
    'edge',
    'ledger',
    'ledger/object',
    'ledger/store',
    'platform',
  ],
  'config.ts': ['config', 'contract'],
  config: ['contract'],
  http: ['app', 'contract', 'platform'],
  rpc: ['app', 'contract', 'domain/values', 'platform'],
  app: [
    'contract',
    'edge',
    'passports',
    'checkout',
    'catalog',
    'inbox',
    'owners',
    'ledger',
    'ledger/store',
    'domain',
    'platform',
  ],
  'client/react': ['client'],
  'client/hono': ['client', 'client/passport'],
  'client/passport': ['client'],
  'client/openfeature': ['client'],
  'client/testing': ['client', 'contract'],
  client: ['contract'],
  keeper: ['checkout', 'ledger', 'domain', 'platform'],
  edge: ['ledger', 'domain', 'platform'],
  passports: ['domain', 'platform'],
  checkout: ['contract', 'catalog', 'owners', 'inbox', 'ledger', 'ledger/store', 'domain', 'platform'],
  catalog: ['ledger', 'ledger/store', 'schema', 'domain', 'platform'],
  owners: ['inbox', 'ledger/store', 'schema', 'domain', 'platform'],
  inbox: ['schema', 'domain', 'platform'],
  'ledger/object': ['ledger', 'ledger/store', 'domain', 'platform'],
  'ledger/store': ['ledger', 'schema', 'domain', 'platform'],
  ledger: ['domain', 'platform'],
  schema: [],
  contract: [],
  'domain/user': [
    'domain/catalog',
    'domain/purchases',
    'domain/usage',
    'domain/entitlements',
    'domain/values',
  ],
  'domain/catalog': ['domain/usage', 'domain/entitlements', 'domain/values'],
  'domain/purchases': ['domain/usage', 'domain/entitlements', 'domain/values'],
  'domain/usage': ['domain/entitlements', 'domain/values'],
  'domain/entitlements': ['domain/values'],
  'domain/values': [],
  platform: [],
}

/** Packages by room; a room that is not listed imports none. */
const MAY_USE: Record<string, RegExp> = {
  'worker.ts': /^(cloudflare:workers|hono)$/,
  http: /^(hono(\/.*)?|@hono\/zod-validator|zod|jose)$/,
  rpc: /^(cloudflare:workers|zod)$/,
  'client/react': /^react$/,
  'client/hono': /^hono$/,
  'client/passport': /^jose$/,
  'client/openfeature': /^@openfeature\/core$/,
  client: /^zod$/,
  app: /^zod$/,
  passports: /^jose$/,
  keeper: /^cloudflare:workers$/,
  checkout: /^zod$/,
  catalog: /^drizzle-orm(\/d1)?$/,
  owners: /^drizzle-orm(\/d1)?$/,
  inbox: /^drizzle-orm(\/d1)?$/,
  'ledger/object': /^cloudflare:workers$/,
  'ledger/store': /^drizzle-orm(\/d1|\/sqlite-core)?$/,
  schema: /^drizzle-orm(\/sqlite-core)?$/,
  contract: /^zod$/,
  platform: /^(node:async_hooks|drizzle-orm(\/sqlite-core|\/errors)?|canonicalize)$/,
}

const files = [...sources].map(([file, text]) => ({ file, text, imports: importsOf(file, text) }))

/** The room of a file or folder: of all that contain it, the smallest that has a line of its own. */
function roomOf(place: string): string | undefined {
  const parts = place.split('/')
  const around = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  return around.find((room) => room in MAY_IMPORT)
}

function isIn(name: string, room: string): boolean {
  return room === name || (!(name in MAY_IMPORT) && room.startsWith(`${name}/`))
}

function isOfPiece(room: string, imported: string): boolean {
  return room.startsWith('client/') && MAY_USE[room]?.test(imported) === true
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : file
}

/** What leads from one place back to it, for each place of a graph that lies on a circle. */
function circlesIn(graph: ReadonlyMap<string, Iterable<string>>): readonly string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (place: string, path: readonly string[]): void => {
    if (path.includes(place)) circles.push([...path.slice(path.indexOf(place)), place].join(' → '))
    if (done.has(place) || path.includes(place)) return
    for (const next of graph.get(place) ?? []) visit(next, [...path, place])
    done.add(place)
  }
  for (const place of graph.keys()) visit(place, [])
  return circles
}

const PAGE: Record<string, string> = import.meta.glob('../../docs/architecture.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Rooms and what they may import, as the page tells. */
function tableOf(page: string): readonly (readonly [rooms: readonly string[], imports: readonly string[]])[] {
  const rows = [...page.matchAll(/^\| (`[^|]+) \|[^|]*\| ([^|]+) \|$/gm)]
  return rows.map(([, rooms = '', imports = '']) => [
    [...rooms.matchAll(/`([^`]+?)\/?`/g)].map(([, room = '']) => room),
    imports.trim() === '–' ? [] : imports.trim().split(', '),
  ])
}

describe('the rooms of src', () => {
  it('are those of the page, and import what it says', () => {
    const table = tableOf(Object.values(PAGE)[0] ?? '')
    const told = table.flatMap(([rooms, imports]) => rooms.map((room) => [room, imports] as const))
    // The variables are parsed by a file and its folder, which the page tells in one row.
    const expected = Object.entries({ ...MAY_IMPORT, 'config.ts': ['contract'] }).map(
      ([room, imports]) => [room, imports.filter((name) => name !== 'platform')] as const,
    )
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))
  })

  it('are all known', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(files.map(({ file }) => file).filter((file) => roomOf(file) === undefined)).toEqual([])
  })

  it('import only the rooms below them', () => {
    const wrong = files.flatMap(({ file, imports }) => {
      const room = roomOf(file) ?? ''
      return imports
        .filter((imported) => imported.endsWith('.ts'))
        .filter((imported) => roomOf(imported) !== room)
        .filter((imported) => !MAY_IMPORT[room]?.some((name) => isIn(name, roomOf(imported) ?? '')))
        .map((imported) => `${file} → ${imported}`)
    })
    expect(wrong).toEqual([])
  })

  it('are all but types to the client, which is carried to where none of them is', () => {
    const ofClient = [...sources].filter(([file]) => file.startsWith('client/'))
    const carried = ofClient.flatMap(([file, text]) =>
      [...text.matchAll(/^(?:import|export)\b(?! type\b)[^']*?\bfrom '([^']+)'/gm)]
        .map(([, specifier = '']) => specifier)
        .map((specifier) => (specifier.startsWith('.') ? resolved(file, specifier) : specifier))
        .filter((imported) => !imported.startsWith('client/'))
        // What pieces are for is there where they are used.
        .filter((imported) => !isOfPiece(roomOf(file) ?? '', imported))
        .map((imported) => `${file} → ${imported}`),
    )
    expect(ofClient.length).toBeGreaterThan(10)
    expect(carried).toEqual([])
  })

  it('use only the packages that belong to their work', () => {
    const wrong = files.flatMap(({ file, imports }) =>
      imports
        .filter((imported) => !imported.endsWith('.ts'))
        .filter((imported) => !(MAY_USE[roomOf(file) ?? '']?.test(imported) ?? false))
        .map((imported) => `${file} → ${imported}`),
    )
    expect(wrong).toEqual([])
  })

  it('hold no circle of files', () => {
    expect(circlesIn(new Map(files.map(({ file, imports }) => [file, imports])))).toEqual([])
  })

  it('hold no circle of folders, also inside of a room', () => {
    const folders = new Map<string, Set<string>>()
    for (const { file, imports } of files) {
      const folder = folderOf(file)
      const known = folders.get(folder) ?? new Set()
      const others = imports.filter((imported) => imported.endsWith('.ts')).map(folderOf)
      folders.set(folder, new Set([...known, ...others.filter((other) => other !== folder)]))
    }
    expect(folders.size).toBeGreaterThan(30)
    expect(circlesIn(folders)).toEqual([])
  })
})

describe('the domain', () => {
  it('never asks for the time or for chance: both are handed in', () => {
    const ambient = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.|\bperformance\.now\b/
    const wrong = files.filter(({ file, text }) => file.startsWith('domain/') && ambient.test(text))
    expect(wrong.map(({ file }) => file)).toEqual([])
  })
})

describe('the use cases', () => {
  it('know no door: what they are handed and return is neither a request, a response nor a context of the router', () => {
    const ofDoors = /\b(Request|Response|Headers|WorkerEntrypoint)\b/
    const wrong = files.filter(({ file, text }) => file.startsWith('app/') && ofDoors.test(text))
    expect(wrong.map(({ file }) => file)).toEqual([])
  })
})

describe('every file', () => {
  it('stays small enough to be read at once', () => {
    const long = files.map(({ file, text }) => ({ file, lines: text.split('\n').length }))
    expect(long.filter(({ lines }) => lines > 260)).toEqual([])
  })

  it('stands in a folder that can be seen at a glance', () => {
    const byFolder = Map.groupBy(files, ({ file }) => folderOf(file))
    const crowded = [...byFolder].filter(([, inside]) => inside.length > 24)
    expect(crowded.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([])
  })
})
