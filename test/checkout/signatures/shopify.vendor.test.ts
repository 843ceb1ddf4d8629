import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
// oxlint-disable-next-line import/no-unassigned-import -- It teaches the library to read a Request.
import '@shopify/shopify-api/adapters/web-api'
import { itAgrees } from './agreement.ts'
import { shopify } from './senders.ts'

const { webhooks } = shopifyApi({
  apiKey: 'key',
  apiSecretKey: shopify.secret,
  apiVersion: ApiVersion.July26,
  hostName: 'ledger.test',
  isEmbeddedApp: false,
  logger: { level: LogSeverity.Error },
})

const aboutTheEvent = {
  'X-Shopify-Topic': 'orders/paid',
  'X-Shopify-Shop-Domain': 'shop.myshopify.com',
  'X-Shopify-API-Version': '2026-07',
  'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
}

itAgrees(
  shopify,
  async ({ headers, body }) => {
    const rawRequest = new Request('https://ledger.test/', {
      headers: { ...aboutTheEvent, ...Object.fromEntries(headers) },
    })
    return (await webhooks.validate({ rawBody: body, rawRequest })).valid
  },
  {
    // It is rightly signed. That there is no event in it is found by whoever reads it.
    'has an empty body': 'we accept',
  },
)
