import text from '../fixtures/shipped-0019/database.json.gz.txt?raw'
import type { Provider } from '../checkout/signatures/senders.ts'
import type { Cell, KeptRow } from './migrated-database.ts'

interface Delivered {
  readonly provider: Provider
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly key: string
  readonly request: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A database as the code with migration 0019 left it; `test/fixtures/shipped-0019/README.md` says what each member is. */
interface KeptDatabase {
  readonly lastMigration: string
  readonly now: string
  readonly asked: readonly Asked[]
  readonly delivered: readonly (Delivered & { readonly id: string })[]
  readonly reads: readonly { readonly path: string; readonly body: string }[]
  readonly next: readonly Delivered[]
  readonly tables: Readonly<Record<string, readonly KeptRow[]>>
}

type Written = Omit<KeptDatabase, 'tables'> & {
  readonly rows: Readonly<
    Record<string, { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] }>
  >
}

export const keptDatabase = await read()

async function read(): Promise<KeptDatabase> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const unpacked = new Response(bytes).body?.pipeThrough(new DecompressionStream('gzip'))
  const { rows, ...told } = await new Response(unpacked).json<Written>()
  const tables = Object.entries(rows).map(([table, { columns, rows: all }]) => [
    table,
    all.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
  ])
  return { ...told, tables: Object.fromEntries(tables) }
}
