/** Names one checkout source of a user. */
export interface SourceKey {
  readonly provider: string
  /** Which of the provider's accounts; empty where there is one. */
  readonly account: string
  readonly ref: string
}

/** One name for a source: no provider and no account has a space. */
export function sourceKeyText({ provider, account, ref }: SourceKey): string {
  return `${provider} ${account} ${ref}`
}

/** One account of a provider: its ids mean nothing in another. */
export type ProviderAccount = Pick<SourceKey, 'provider' | 'account'>
