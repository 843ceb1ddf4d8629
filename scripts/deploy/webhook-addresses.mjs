import { PROVIDERS } from '../../src/contract/providers.ts'
import { secretName } from '../secret-name.mjs'

/** Where each provider with a secret delivers its events. */
export function webhookAddresses(address, secrets) {
  return PROVIDERS.filter((provider) => secrets.includes(secretName(provider))).map(
    (provider) => `${address}/webhooks/${provider}`,
  )
}
