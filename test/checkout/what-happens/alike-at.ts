import type { TellerName } from '../../../tools/lives/abilities.ts'
import { CHANGES } from './alike/changes.ts'
import { ENDINGS } from './alike/endings.ts'
import { MONEY_BACK } from './alike/money-back.ts'
import { RENEWALS } from './alike/renewals.ts'
import type { Rows } from './alike/rows.ts'

const ALL: Rows = { ...RENEWALS, ...CHANGES, ...ENDINGS, ...MONEY_BACK }

/** The test of a row that happens alike at several providers, which is found by the name of the test. */
export function alikeAt(name: TellerName) {
  return async ({ task }: { readonly task: { readonly name: string } }): Promise<void> => {
    const row = ALL[task.name]
    if (row === undefined) throw new Error(`Nothing happens alike at several providers when "${task.name}"`)
    await row(name)
  }
}
