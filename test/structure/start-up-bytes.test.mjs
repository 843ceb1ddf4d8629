import { beforeAll, describe, expect, it } from 'vitest'
import { startUpCode } from '../../tools/bench/start-up-code.mjs'

/** In KiB, minified, as a cold isolate evaluates it. Gzipped it is a third. */
const FIRST = 70
const NEVER_BEYOND = 80

/** What has come since, with what it is worth: `['why a check needs it', 1.5]`. */
const ADDED = [
  ['how full the database is: kept from the first answer of D1 on', 0.6],
  ['what is wrong with a token, told apart to who sent it', 0.6],
  ['the setting of the origins whose pages may ask, and whether any is set', 0.5],
  ['ids that are percent-encoded in a path', 0.1],
  ['whether a limit of what one caller may ask is bound, and its period', 0.6],
  [
    'whose token it is, for whom it says it is, and what it may, by issuer: its claims are told apart by plain code',
    1.9,
  ],
  ['which users an issuer reaches, and which problem says that it does not', 0.7],
  ['the variables of one issuer apart from those that list several, which are read later', 1.2],
  ['where the objects of an isolate find the catalog that they share', 0.3],
  [
    'whether the catalog that is known may decide, alone or with the user’s rights; and when a keeper renews it',
    2.6,
  ],
  ['users whom a claim lists, each under the rules of one', 0.3],
  ['which features a check rests on where one spends another, and for what amount it is asked', 0.5],
  ['the names of ten more methods for other Workers: the runtime wants the class at the start', 1.2],
  ['the rules by which rights are evaluated: they come with the first catalog, while KV is asked', -5.9],
  ['the method for other Workers that lists consumptions, and where it finds what it lists by', 0.1],
  ['the methods for other Workers that list what is held, let go of it, and renew a lease', 0.3],
  [
    'where passports are made, read when the first is asked for, and that their issuer is none whose tokens are taken',
    0.9,
  ],
]

describe('What an isolate evaluates before its first request', () => {
  let code
  beforeAll(async () => {
    code = await startUpCode()
  })

  it('is small, and what makes it larger has a reason', () => {
    const max = ADDED.reduce((sum, [, kib]) => sum + kib, FIRST)
    expect(max).toBeLessThanOrEqual(NEVER_BEYOND)
    expect(code.kib).toBeLessThanOrEqual(max)
  })

  it('has no library of schemas, no router and no ORM in it', () => {
    const packages = code.files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
    // Of drizzle the error alone, which the log has to know: its message lists what was asked.
    expect(new Set(packages)).toEqual(new Set(['drizzle-orm', 'jose']))
    expect(code.files.filter((file) => /drizzle-orm\/(?!errors|entity)/.test(file))).toEqual([])
  })
})
