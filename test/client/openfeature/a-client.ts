import { type EvaluationContext, OpenFeature } from '@openfeature/server-sdk'
import { EntitlementsProvider } from '../../../src/client/openfeature/entitlements-provider.ts'
import type { Ledger } from '../../../src/client/ledger.ts'

/** A client of the SDK that asks a ledger, and nobody else’s. */
export async function aClient(
  ledger: Ledger,
  context: EvaluationContext = { targetingKey: 'u_42' },
  provider = new EntitlementsProvider(ledger),
) {
  const domain = crypto.randomUUID()
  await OpenFeature.setProviderAndWait(domain, provider)
  return OpenFeature.getClient(domain, context)
}
