import type { SourceKey } from '../../domain/command.ts'

/** One account of a provider: its ids mean nothing in another. */
export type ProviderAccount = Pick<SourceKey, 'provider' | 'account'>
