import type { Reread } from '../../src/checkout/provider/provider.ts'

/** One delivery of a provider, as a body and its headers; `reread` stands for the provider's API. */
export interface Delivery {
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly reread?: Reread
}

/**
 * A purchase as a provider tells it, 3 to 6 events in the order in which they happened. Every order of arrival,
 * with every event delivered twice, must end in the same.
 */
export interface Scenario {
  readonly name: string
  readonly provider: string
  readonly events: readonly Delivery[]
  /** References of the provider and what the catalog gives for them: features of type boolean by their keys. */
  readonly catalog: Readonly<Record<string, readonly string[]>>
  /** Whom it ends with, and what they may use at which moments (ISO), in the end. */
  readonly expected: {
    readonly userId: string
    readonly access: readonly { readonly at: string; readonly features: readonly string[] }[]
  }
}
