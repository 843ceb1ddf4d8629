import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { pass, stopTheClock } from '../../support/clock.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import { aGrant, withExportFeature, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

const DOUBT_MS = 36_000

/** How often D1 is asked by each of three strong readings in a row after a doubt has ended. */
async function questionsAfterADoubt({ readBefore }: { readBefore: boolean }): Promise<readonly number[]> {
  return withinObject(aUser(), async (make) => {
    const d1 = new FaultyD1(env.DB)
    const ledger = make({ DB: d1.db })
    d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
    await ledger.submit(aGrant('order-1'))
    if (readBefore) await ledger.snapshot('not_looked_for')
    pass(DOUBT_MS)
    const questions: number[] = []
    for (let reading = 1; reading <= 3; reading += 1) {
      const before = d1.statements
      await ledger.snapshot('not_looked_for')
      questions.push(d1.statements - before)
    }
    return questions
  })
}

it('asks D1 once more about what memory holds when the doubt has ended, and then believes it', async () => {
  // And what was changed in the catalog meanwhile, which it has not looked at since.
  expect(await questionsAfterADoubt({ readBefore: true })).toEqual([2, 0, 0])
})

it('believes at once what it has loaded since the doubt ended', async () => {
  expect(await questionsAfterADoubt({ readBefore: false })).toEqual([1, 0, 0])
})
