import type { PageAccess } from '../page-access.ts'
import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'

/** What a page wants to know: with `minVersion`, nothing before it may be answered. */
export interface AccessQuestion {
  readonly all: true
  readonly consistency?: 'strong'
  readonly minVersion?: number
  readonly signal: AbortSignal
}

/**
 * Who answers a page for the user who is signed in: the app’s own route (`routeSource`), or `ledger.user(…)` where the page has a
 * token of that user without scopes. A token of a server is not for a page.
 */
export interface AccessSource {
  access(question: AccessQuestion): Promise<PageAccess>
  /** What has become of a purchase; without it, the page after a checkout asks for access alone. */
  purchase?(purchase: PurchaseAsked, options: { readonly signal: AbortSignal }): Promise<PurchaseAnswer>
}
