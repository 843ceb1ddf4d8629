import { type Call, isLinearizable } from '../linearizable.ts'
import { promise } from '../violation.ts'
import type { Deed } from '../workload/deed.ts'
import { resultOf } from '../workload/knowledge.ts'
import { type Operation, type Result, register } from '../workload/register.ts'

type Known = Call<Operation, Result>

/** What clients of a user were answered could have happened one after another. */
export function judgeHistory(userId: string, deeds: readonly Deed[], checks: readonly Known[]): void {
  const commands = deeds.flatMap((deed): Known[] => {
    const { operation, invokedAt, returnedAt, asked } = deed
    if (operation === null || asked.userId !== userId) return []
    return [{ operation, invokedAt, returnedAt, result: resultOf(deed) }]
  })
  const calls = [...commands, ...checks]
  promise(
    isLinearizable(calls, register),
    () => `No order explains what was answered: ${JSON.stringify(calls)}`,
  )
}
