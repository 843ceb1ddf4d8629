import type { NameWriter } from '../../domain/purchases/register/fact.ts'

/** A field by which a payload names a user, who can have written it, and the page that says so. */
export interface NamingField {
  readonly writer: NameWriter
  readonly source: string
}

/**
 * Every field by which a provider's payload names a user. What a buyer can write in an address, a form or a browser is
 * the buyer's, also where most shops let their server write it.
 */
export const NAMING_FIELDS = {
  stripe: {
    // A payment link takes it from its address.
    client_reference_id: {
      writer: 'buyer',
      source: 'https://docs.stripe.com/payment-links/url-parameters',
    },
    'metadata.user_id': { writer: 'server', source: 'https://docs.stripe.com/metadata' },
  },
  paddle: {
    // Also where a server made the transaction: a browser can replace it in a checkout that is open.
    'custom_data.user_id': {
      writer: 'buyer',
      source: 'https://developer.paddle.com/changelog/2025/update-checkout-custom-data',
    },
  },
  polar: {
    'customer.external_id': {
      writer: 'server',
      source: 'https://polar.sh/docs/features/customer-management',
    },
    // A checkout link writes into it from its address, and so do the adapters from the request.
    'metadata.user_id': { writer: 'buyer', source: 'https://polar.sh/docs/features/checkout/links' },
  },
  lemonsqueezy: {
    // The address of a checkout holds it.
    'meta.custom_data.user_id': {
      writer: 'buyer',
      source: 'https://docs.lemonsqueezy.com/help/checkout/passing-custom-data',
    },
  },
  shopify: {
    // A cart holds both, and the storefront writes it.
    'note_attributes.user_id': {
      writer: 'buyer',
      source: 'https://shopify.dev/docs/api/ajax/reference/cart',
    },
    'line_items.properties.user_id': {
      writer: 'buyer',
      source: 'https://shopify.dev/docs/api/ajax/reference/cart',
    },
  },
  revenuecat: {
    // An app that logs in under an id proves nothing.
    app_user_id: {
      writer: 'buyer',
      source: 'https://www.revenuecat.com/docs/customers/identifying-customers',
    },
    // An anonymous id is made on the device, and which of them are one customer RevenueCat says.
    aliases: {
      writer: 'provider',
      source: 'https://www.revenuecat.com/docs/customers/identifying-customers',
    },
  },
  'standard-webhooks': {
    // The shop signs the payload itself.
    'data.user_id': {
      writer: 'server',
      source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, NamingField>>>>
