import type { OwnerChange } from '../owners/change-user.ts'
import { drainAfter } from './jobs/drain.ts'
import { followChange } from './processing/follow-moves.ts'
import { type CatalogPut, followUp } from './jobs/follow-up.ts'
import { processArrived, processEvent } from './processing/process.ts'
import { type ReceiveDeps, receive } from './receive.ts'
import { type SweepDeps, sweep } from './jobs/sweep.ts'

/** What the checkout room does for others. */
export type Checkout = ReturnType<typeof createCheckout>

export type CheckoutDeps = SweepDeps & Omit<ReceiveDeps, 'process' | 'processAgain'>

export function createCheckout(deps: CheckoutDeps) {
  const receiveDeps: ReceiveDeps = {
    ...deps,
    process: (event, atHand) => drainAfter(deps, processArrived(deps, event, atHand)),
    processAgain: (id) => drainAfter(deps, processEvent(deps, id)),
  }
  return {
    /** Takes in what a provider sent. */
    receive: (request: Request) => receive(request, receiveDeps),
    /** Processes an event of the inbox, if it is due, and what is woken by that. */
    process: (id: string) => drainAfter(deps, processEvent(deps, id)),
    /** Does what follows from what was put by hand, and what that has woken, within bounds. */
    followUp: (put: CatalogPut) => followUp(deps, put),
    /** Lets sources follow whose they are now. */
    follow: (change: OwnerChange) => followChange(deps, change),
    /** Does what is due, within bounds. */
    sweep: () => sweep(deps),
  }
}
