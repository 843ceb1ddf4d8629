import type { Fact } from '../../domain/purchases/register/fact.ts'
import type { CustomerId } from '../../domain/values/ids.ts'
import { waitKey } from '../../inbox/waits.ts'
import { namesIn } from './route-fact.ts'

/** In whose turn an event is processed: of the customer whom it names, else of the purchase that it speaks of. */
export function turnOf(facts: readonly Fact[]): string | null {
  const [customer] = facts.flatMap(customersInTurn)
  if (customer !== undefined) return waitKey.customer(customer)
  const [id] = namesIn(facts).ids
  return id === undefined ? null : waitKey.purchase(id)
}

function customersInTurn(fact: Fact): readonly CustomerId[] {
  if (fact.type === 'transfer') return [fact.to]
  return 'customer' in fact && fact.customer !== null ? [fact.customer] : []
}
