import { expect, it } from 'vitest'

const sources: Record<string, string> = import.meta.glob('../../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** What is evaluated before the first request: all that a file imports as more than a type, and what that imports. */
function evaluatedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = sources[`../../src/${file}`] ?? ''
  for (const [, names = '', specifier = ''] of text.matchAll(/^import ([^']*?)from '([^']+)'/gms)) {
    if (names.startsWith('type ')) continue
    if (specifier.startsWith('.')) evaluatedWith(resolve(file, specifier), seen)
    else seen.add(specifier)
  }
  return seen
}

function resolve(file: string, specifier: string): string {
  return new URL(specifier, `file:///src/${file}`).pathname.replace('/src/', '')
}

it('leaves what no check needs for when it is needed: an isolate that is cold answers sooner', () => {
  const evaluated = [...evaluatedWith('worker.ts')]
  expect(evaluated).toContain('edge/reader.ts')
  const late =
    /^(http\/app|http\/routes|contract\/operations|rpc\/calls|ledger\/writer|hono|drizzle-orm$|drizzle-orm\/d1)/
  const ofCheckout = /^checkout\/(?!is-webhook)/
  expect(evaluated.filter((file) => late.test(file) || ofCheckout.test(file))).toEqual([])
})
