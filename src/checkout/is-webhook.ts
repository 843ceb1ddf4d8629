/** Where providers send their events; the name of the provider follows. */
export const WEBHOOK_PREFIX = '/webhooks/'

/** Whether a request is an event of a provider. */
export function isWebhook({ url }: Request): boolean {
  return url.startsWith(WEBHOOK_PREFIX, url.indexOf('/', url.indexOf('://') + '://'.length))
}
