import { expect, it } from 'vitest'
import { resolved, sources } from './sources.ts'

/** What is evaluated before the first request: all that a file imports as more than a type, and what that imports. */
function evaluatedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = sources.get(file) ?? ''
  for (const [, names = '', specifier = ''] of text.matchAll(/^import ([^']*?)from '([^']+)'/gms)) {
    if (names.startsWith('type ')) continue
    if (specifier.startsWith('.')) evaluatedWith(resolved(file, specifier), seen)
    else seen.add(specifier)
  }
  return seen
}

it('leaves what no check needs for when it is needed: an isolate that is cold answers sooner', () => {
  const evaluated = [...evaluatedWith('worker.ts')]
  expect(evaluated).toContain('edge/reader.ts')
  const late =
    /^(passports|config\/passports|domain\/user\/passport|http\/app|http\/routes|contract\/(operations|schemas)|app\/(?!checks|problems\/problem-|wire|[^/]+$)|app\/answering|contract\/problems|rpc\/[a-z]+-calls|ledger\/object\/writer|edge\/catalog-|zod|hono|drizzle-orm$|drizzle-orm\/d1)/
  const ofCheckout = /^checkout\/(?!is-webhook)/
  expect(evaluated.filter((file) => late.test(file) || ofCheckout.test(file))).toEqual([])
})
