const texts: Record<string, string> = import.meta.glob(['../../*.md', '../../docs/**/*.md'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The text of each page, by its path from the root of the repository. */
export const pages: ReadonlyMap<string, string> = new Map(
  Object.entries(texts).map(([path, text]) => [path.replace('../../', ''), text]),
)

/** A page that has to be there. */
export function pageAt(path: string): string {
  const text = pages.get(path)
  if (text === undefined) throw new Error(`There is no page ${path}`)
  return text
}

/** What stands between two fences. */
export interface Block {
  readonly page: string
  /** Of the fence that opens it. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** What its section says below it, up to the next block of commands. */
  readonly after: string
}

const FENCED = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm

/** All that is fenced in a page, without the indentation of the list that it stands in. */
export function blocksOf(page: string): readonly Block[] {
  const text = pageAt(page)
  const found = [...text.matchAll(FENCED)]
  return found.map((match, place) => {
    const [whole, indentation = '', language = '', inner = ''] = match
    const next = found.slice(place + 1).find(([, , another]) => another === 'sh')
    return {
      page,
      line: text.slice(0, match.index).split('\n').length,
      language,
      text: inner.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
      after: untilHeading(text.slice(match.index + whole.length, next?.index)),
    }
  })
}

function untilHeading(text: string): string {
  return text.split(/^#{1,6} /m)[0] ?? ''
}

/** The rows of the tables in a text: their cells, without the heads. */
export function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.flatMap((line, place) => {
    const isHead = /^\| *:?-/.test(lines[place + 1] ?? '')
    if (!line.startsWith('|') || isHead || /^\| *:?-/.test(line)) return []
    return [
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    ]
  })
}
