import { countedD1 } from '../../../../test/cost/counted-d1.ts'
import { Meter } from '../../../../test/cost/counts.ts'
import { Catalogs } from '../../../../src/ledger/object/catalogs.ts'
import { LIST_QUESTIONS } from './list-questions.ts'
import type { Place } from './question.ts'
import { USER_QUESTIONS } from './user-questions.ts'

export interface Counted {
  readonly name: string
  readonly most: number | null
  readonly rowsRead: number
}

/** Asks everything once, and answers how many rows D1 says it read for it. */
export async function askAll({ d1, users }: Omit<Place, 'catalogs'>): Promise<readonly Counted[]> {
  const meter = new Meter()
  // The objects of an isolate read the catalog once for all: no question pays for that.
  const place = { d1: countedD1(d1, { meter, isOfObject: false }), users, catalogs: new Catalogs(d1) }
  const counted: Counted[] = []
  for (const { name, most = null, arrange } of [...USER_QUESTIONS, ...LIST_QUESTIONS]) {
    const ask = await arrange(place)
    meter.reset()
    await ask()
    counted.push({ name, most, rowsRead: meter.counts.rowsRead })
  }
  return counted
}
