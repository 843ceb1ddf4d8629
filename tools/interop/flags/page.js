// The page of an application that asks flags, in the browser.
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'

const client = OpenFeature.getClient()
const ask = {
  boolean: (key, fallback) => client.getBooleanValue(key, fallback),
  number: (key, fallback) => client.getNumberValue(key, fallback),
  string: (key, fallback) => client.getStringValue(key, fallback),
  object: (key, fallback) => client.getObjectValue(key, fallback),
}

globalThis.flags = {
  /** What the provider said of itself since it was started. */
  events: [],
  /** Whether a provider that is made so came to be ready. */
  async start(options, targetingKey) {
    for (const event of Object.values(ProviderEvents)) {
      OpenFeature.addHandler(event, () => globalThis.flags.events.push(event))
    }
    try {
      await OpenFeature.setProviderAndWait(new OFREPWebProvider(options), { targetingKey })
      return true
    } catch {
      return false
    }
  },
  ask: (questions) => questions.map(({ key, type, fallback }) => ask[type](key, fallback)),
}
