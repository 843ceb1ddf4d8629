import { expect, it } from 'vitest'
import { PROVIDER_BY_NAME } from '../../../src/checkout/providers/provider-named.ts'
import { verifyHeaders } from '../../../src/checkout/signatures/verify-signature.ts'
import { BODY, NOW, type Provider } from './senders.ts'

// Signed by OpenSSL 3.0.19: printf '%s' "$prefix$body" | openssl dgst -sha256 -hmac "$secret" [-binary | base64];
// for a key that is decoded, -mac HMAC -macopt "hexkey:$key".
const vectors: readonly (readonly [Provider, secret: string, headers: Record<string, string>])[] = [
  [
    'stripe',
    'whsec_a_secret_of_stripe',
    {
      'Stripe-Signature': 't=1893456000,v1=25e20d65b76c4770e9b62cead52ccf9ec97065491e8d6010d175831fa9f4f522',
    },
  ],
  [
    'paddle',
    'pdl_ntfset_01a_secret_of_paddle',
    {
      'Paddle-Signature': 'ts=1893456000;h1=02bd95949c8d822d0fd2c60ac79926732f024e2f3c2c5bbddd34047ba7deeddf',
    },
  ],
  [
    'polar',
    'polar_whs_a_secret_of_polar',
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1893456000',
      'webhook-signature': 'v1,or+xownaWVanQbeYZpo16cJjogE7INY9HIceM1tRS1k=',
    },
  ],
  [
    'polar',
    'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1893456000',
      'webhook-signature': 'v1,+CLi/OszFkvKv8dvPePp+oTdC1zW+KHdD9vm/xoLTfk=',
    },
  ],
  [
    'polar',
    'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1893456000',
      'webhook-signature': 'v1,7ZJzV80ix0N5NFAgziJ1bqCnDntxt3M/LKnsvtOoJuY=',
    },
  ],
  [
    'shopify',
    'a_secret_of_shopify',
    { 'X-Shopify-Hmac-Sha256': 'lQmtdEgeiHst99xMlCFRPnw37cukHAsFiw4E2E1Hpa8=' },
  ],
  [
    'lemonsqueezy',
    'a_secret_of_lemons',
    { 'X-Signature': '63530c84106d85e0c167e4688567a407d68fcaf002f2bbca500219841b58a3d6' },
  ],
  [
    'revenuecat',
    'a_secret_of_revenuecat',
    {
      'X-RevenueCat-Webhook-Signature':
        't=1893456000,v1=9985cc58d759cf77355f767b48c8274344d3e9c069ab511643efd95042ddd986',
    },
  ],
  [
    'standard-webhooks',
    'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1893456000',
      'webhook-signature': 'v1,7ZJzV80ix0N5NFAgziJ1bqCnDntxt3M/LKnsvtOoJuY=',
    },
  ],
]

it.each(vectors)('accepts what OpenSSL signed as %s with %s', async (provider, secret, headers) => {
  const delivery = { headers: new Headers(headers), secrets: [secret], now: NOW }
  const check = await verifyHeaders(PROVIDER_BY_NAME[provider].signature, delivery)
  expect(typeof check === 'string' ? check : await check(BODY)).toBe(true)
})
