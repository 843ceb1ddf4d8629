/** Where providers send their events; the name of the provider follows. */
export const WEBHOOKS = '/webhooks/'

/** Whether a request is an event of a provider. */
export function isWebhook({ url }: Request): boolean {
  return url.startsWith(WEBHOOKS, url.indexOf('/', url.indexOf('://') + '://'.length))
}
