import { describe, expect, it } from 'vitest'
import { pageAt, pages } from './pages.ts'

/** Every file that a page may speak of. */
const FILES = new Set(
  Object.keys(
    import.meta.glob(['../../*', '../../{docs,examples,migrations,scripts,src,test,tools}/**/*'], {
      query: '?url',
    }),
  ).map((path) => new URL(path, 'file:///test/docs/').pathname.slice(1)),
)

interface Link {
  readonly page: string
  readonly target: string
}

const links: readonly Link[] = [...pages].flatMap(([page, text]) =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
)

function withoutCode(text: string): string {
  return text
    .replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ''))
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...withoutFences(pageAt(page)).matchAll(/^#{1,6} (.+)$/gm)].map(
    ([, heading = '']) => heading,
  )
  return headings.map((heading) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function withoutFences(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
}

/** The path that a link of a page leads to, from the root. */
function pathOf({ page, target }: Link): string {
  const [path = ''] = target.split('#')
  if (path === '') return page
  return decodeURIComponent(new URL(path, `file:///${page}`).pathname.slice(1))
}

function isThere(path: string): boolean {
  return FILES.has(path) || [...FILES].some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`))
}

/** Of `test/attack/token-*` what stands before the star. */
function isThereBeginning(path: string): boolean {
  return path.endsWith('-') && [...FILES].some((file) => file.startsWith(path))
}

describe('the links of the pages', () => {
  it('are many', () => {
    expect(links.length).toBeGreaterThan(100)
  })

  it('lead to what is there', () => {
    expect(links.filter((link) => !isThere(pathOf(link)))).toEqual([])
  })

  it('lead to headings that are there', () => {
    const lost = links.filter((link) => {
      const [, anchor] = link.target.split('#')
      return anchor !== undefined && !anchorsOf(pathOf(link)).includes(anchor)
    })
    expect(lost).toEqual([])
  })

  it('can tell the headings of a page apart', () => {
    const twice = [...pages.keys()].flatMap((page) =>
      anchorsOf(page)
        .filter((anchor, index, all) => all.indexOf(anchor) !== index)
        .map((anchor) => `${page}#${anchor}`),
    )
    expect(twice).toEqual([])
  })

  it('lead from the index to every page', () => {
    const listed = new Set(links.filter(({ page }) => page === 'docs/README.md').map(pathOf))
    const shelves = [...pages.keys()].filter(
      (page) =>
        page.startsWith('docs/') && !/^docs\/(README|decisions\/|guides\/checkout\/(?!README))/.test(page),
    )
    expect(shelves.filter((page) => !listed.has(page))).toEqual([])
  })
})

describe('the paths that the pages name', () => {
  const named = [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/`((?:docs|examples|scripts|src|test|tools)\/[^`\s*…{]*)`/g)].map(([, path = '']) => ({
      page,
      path: path.replace(/\/$/, ''),
    })),
  )

  it('are those of files and folders, a test without its ending', () => {
    expect(named.length).toBeGreaterThan(30)
    expect(
      named.filter(({ path }) => !isThere(path) && !isThere(`${path}.test.ts`) && !isThereBeginning(path)),
    ).toEqual([])
  })
})

describe('the README', () => {
  it('has at most 150 lines', () => {
    expect(pageAt('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  })

  it('tells the figures that the page of the cost has', () => {
    const figures = pageAt('README.md').match(/\$\d+\.\d\d/g) ?? []
    expect(figures.length).toBeGreaterThan(3)
    for (const figure of figures) expect(pageAt('docs/cost.md')).toContain(figure)
  })
})

describe('the changes of a version', () => {
  it('are each told once', () => {
    const versions = pageAt('CHANGELOG.md').split(/^## /m)
    const twice = versions.flatMap((text) => {
      const told = [...text.matchAll(/^- \*\*(.+?)[.:]?\*\*/gm)].map(([, words = '']) => words)
      return told.filter((words, index) => told.indexOf(words) !== index)
    })
    expect(versions.length).toBeGreaterThan(1)
    expect(twice).toEqual([])
  })
})

describe('a decision', () => {
  const decisions = [...pages.keys()].filter((page) => page.startsWith('docs/decisions/'))

  it('has a number of its own', () => {
    const numbers = decisions.map((page) => /\/(\d{3})-[a-z0-9-]+\.md$/.exec(page)?.[1] ?? page)
    expect(decisions.length).toBeGreaterThan(10)
    expect(numbers.filter((number) => !/^\d{3}$/.test(number))).toEqual([])
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it.each(decisions)('%s says what its status is, since when, and under the same headings', (page) => {
    const text = pageAt(page)
    expect(text).toMatch(
      /^# \d{3} .+\n\n- Status: (accepted|superseded by \d{3})\n- Date: 20\d\d-\d\d-\d\d\n/,
    )
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    // Not every choice has a price.
    expect(headings.filter((heading) => heading !== 'Price')).toEqual(['Decision', 'Weighed', 'Revisit'])
  })
})
