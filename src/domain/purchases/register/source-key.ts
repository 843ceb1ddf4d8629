/** One checkout source: an order or subscription at an account of a provider. */
export interface SourceKey {
  readonly provider: string
  /** Which of the provider's accounts; empty where there is one. */
  readonly account: string
  /** The provider's id of it. */
  readonly ref: string
}

/** Returns a text that names a source in maps; it is unambiguous, as no provider and no account holds a space. */
export function sourceKeyText({ provider, account, ref }: SourceKey): string {
  return `${provider} ${account} ${ref}`
}

export function isSameSource(a: SourceKey, b: SourceKey): boolean {
  return a.provider === b.provider && a.account === b.account && a.ref === b.ref
}

/** One account of a provider; ids count within it. */
export type ProviderAccount = Pick<SourceKey, 'provider' | 'account'>
