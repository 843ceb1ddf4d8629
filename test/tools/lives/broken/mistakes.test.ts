import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ABILITIES, TELLERS, type TellerName } from '../../../../tools/lives/abilities.ts'
import { FEATURES } from '../../../../tools/lives/catalog.ts'
import { DAY, type Life } from '../../../../tools/lives/life.ts'
import { lived } from '../../../../tools/lives/lived.ts'
import { casesOf } from '../../../../tools/lives/worlds.ts'
import { Oracle } from '../../../../tools/lives/oracle.ts'
import { MISTAKES, type Mistake } from '../../../../tools/lives/broken/rules.ts'

/** In so many lives of each provider a mistake is seen. */
const LIVES = 300

describe('the lives show a mistake', () => {
  it.each(Object.entries(MISTAKES))('%s', (_name, mistake) => {
    expect(TELLERS.filter((teller) => isSeenIn(teller, mistake))).not.toEqual([])
  })

  it('and none where there is none', () => {
    expect(TELLERS.filter((teller) => isSeenIn(teller, (happening) => [happening]))).toEqual([])
  })
})

function isSeenIn(teller: TellerName, mistake: Mistake): boolean {
  const cases = fc.sample(casesOf(teller), { seed: 1, numRuns: LIVES })
  return cases.some(({ script, amounts }) => {
    const terms = { amounts, activeIsPaid: !ABILITIES[teller].tellsPayments }
    return differs(lived(script, ABILITIES[teller]), new Oracle(terms), new Oracle(terms), mistake)
  })
}

/** Whether it makes a difference to anybody who spends everything as soon as it is there. */
function differs({ happenings }: Life, right: Oracle, wrong: Oracle, mistake: Mistake): boolean {
  const spent = { right: 0, wrong: 0 }
  let [newest] = happenings.flatMap((happening) => ('after' in happening ? [happening.after.period] : []))
  for (const happening of happenings) {
    const { at } = happening
    if ('after' in happening) newest = happening.after.period
    if (newest === undefined) throw new Error('Nothing was bought')
    right.live(happening)
    for (const taken of mistake(happening, newest)) wrong.live(taken)
    spent.right += spendAll(right, at)
    spent.wrong += spendAll(wrong, at)
    if (spent.right !== spent.wrong) return true
    const later = [0, 1, 3, 8, 14, 31, 40, 366].map((days) => at + days * DAY)
    if (
      later.some((moment) =>
        FEATURES.some((feature) => right.may(feature, moment) !== wrong.may(feature, moment)),
      )
    )
      return true
  }
  return false
}

function spendAll(oracle: Oracle, at: number): number {
  const amount = oracle.remaining(at)
  oracle.spend(amount, at)
  return amount
}
