import { describe, expect, it } from 'vitest'

const texts: Record<string, string> = {
  ...import.meta.glob('../../../docs/guides/checkout/*.md', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
  ...import.meta.glob('./*.test.ts', { query: '?raw', import: 'default', eager: true }),
}

const PAGES = Object.keys(texts)
  .map((path) => /\/docs\/guides\/checkout\/([a-z-]+)\.md$/.exec(path)?.[1])
  .filter((page) => page !== undefined)

function textOf(path: string): string {
  const text = texts[path]
  if (text === undefined) throw new Error(`${path} is missing`)
  return text
}

/** The names of the rows of the table below "What happens when…". */
function rowsOf(page: string): readonly string[] {
  const [, table = ''] = textOf(`../../../docs/guides/checkout/${page}.md`).split('## What happens when…')
  const firstCells = [...table.matchAll(/^\| +([^|]*?) +\|/gm)].map(([, cell = '']) => cell)
  return firstCells.filter((cell) => !/^(-+|)$/.test(cell) && cell !== 'when')
}

function testsOf(page: string): readonly string[] {
  return [...textOf(`./${page}.test.ts`).matchAll(/^ {2}it\('([^']+)'/gm)].map(([, name = '']) => name)
}

describe('the pages for shop owners', () => {
  it('are one for each provider, and an index', () => {
    expect(PAGES.toSorted()).toEqual(
      ['lemonsqueezy', 'own-shop', 'paddle', 'polar', 'revenuecat', 'shopify', 'stripe'].toSorted(),
    )
    expect(textOf('../../../docs/guides/checkout/README.md')).not.toBe('')
  })

  it.each(PAGES)('say of %s only what a test of the same name shows, and all that', (page) => {
    expect(rowsOf(page).length).toBeGreaterThan(10)
    expect(rowsOf(page)).toEqual(testsOf(page))
  })
})
