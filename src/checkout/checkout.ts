import type { OwnerChange } from '../owners/change-user.ts'
import { drainAfter } from './jobs/drain.ts'
import { type CatalogPut, followUp } from './jobs/follow-up.ts'
import { carryOutMovesOf } from './processing/carry-out-moves.ts'
import { type ProcessDeps, processArrival, processEvent } from './processing/process.ts'
import { type ReceiveDeps, receive } from './receive.ts'

// The walk of a provider's event, each step a file:
//
// 1. `receive` verifies the signature, `arrivalOf` reads what came, `takeIn` keeps it in the inbox; then it is answered.
// 2. `process` has it attempted and concludes it: what became of it, and what it waits for.
// 3. `attempt` finds whether it is let in, has its object read again, reads it, and weighs whom it names.
// 4. `apply` follows its customers, routes its facts to users, carries out the moves which that began, and settles the
//    sources at their users' ledgers.
// 5. `drain` processes the events that this one has woken; the keeper's `sweep` does later whatever is left.

/** What the checkout room does for others. */
export type Checkout = ReturnType<typeof createCheckout>

interface CheckoutDeps extends ProcessDeps, Omit<ReceiveDeps, 'process' | 'processAgain'> {
  /** Has what is left done soon. */
  readonly wakeKeeper: () => Promise<void>
}

export function createCheckout(deps: CheckoutDeps) {
  const receiveDeps: ReceiveDeps = {
    ...deps,
    process: (event, content) => drainAfter(deps, processArrival(deps, event, content)),
    processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
  }
  return {
    /** Takes in what a provider sent. */
    receive: (request: Request) => receive(request, receiveDeps),
    /** Processes an event of the inbox, if it is due, and what is woken by that. */
    process: (id: string) => drainAfter(deps, processEvent(deps, id)),
    /** Does what follows from what was put by hand, and what that has woken, within bounds. */
    async followUp(put: CatalogPut): Promise<void> {
      const reports = await followUp(deps, put)
      if (Object.values(reports).some(({ isAll }) => !isAll)) await deps.wakeKeeper()
    },
    /** Lets sources follow whose they are now. */
    follow: (change: OwnerChange) => carryOutMovesOf(deps, change),
  }
}
