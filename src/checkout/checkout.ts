import type { InboxEvent } from '../ledger/across-users/inbox.ts'
import { processArrived, processEvent } from './process.ts'
import { readEvent, shownBodyOf } from './read-event.ts'
import { type ReceiveDeps, receive } from './receive.ts'
import { type SweepDeps, sweep } from './sweep.ts'

/** What the checkout room does for others. */
export type Checkout = ReturnType<typeof createCheckout>

export type CheckoutDeps = SweepDeps & Omit<ReceiveDeps, 'process'>

export function createCheckout(deps: CheckoutDeps) {
  const receiveDeps: ReceiveDeps = {
    ...deps,
    process: (event, atHand) => processArrived(deps, event, atHand),
  }
  return {
    /** Takes in what a provider sent. */
    receive: (request: Request) => receive(request, receiveDeps),
    /** Processes an event of the inbox, if it is due. */
    process: (id: string) => processEvent(deps, id),
    /** Does what is due, within bounds. */
    sweep: () => sweep(deps),
    /** The body of an event as it came, as far as that can be shown; `null` when it is gone. */
    bodyOf: shownBodyOf,
    /** What an event says, by the rules of its provider; `null` when its body is gone. */
    factsOf: async (event: InboxEvent) => (await readEvent(event))?.facts ?? null,
  }
}
