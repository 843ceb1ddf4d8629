import { describe, expect, it } from 'vitest'
import { webhookSecrets } from '../../src/config/webhook-secrets.ts'
import { senders } from '../checkout/signatures/senders.ts'

const nameOf = (provider: string) => `WEBHOOK_SECRETS_${provider.toUpperCase().replaceAll('-', '_')}`

function problemsOf(provider: string, value: string): readonly string[] {
  return webhookSecrets({ [nameOf(provider)]: value }).problems
}

const sixteen = 'sixteen-bytes-ok'

describe('the secrets of webhooks', () => {
  it('are those of each provider, one or, while it is changed, two', () => {
    for (const { provider, secret, nextSecret } of senders) {
      const { secrets, problems } = webhookSecrets({ [nameOf(provider)]: ` ${secret} , ${nextSecret}` })
      expect(problems).toEqual([])
      expect(secrets).toEqual(new Map([[provider, [secret, nextSecret]]]))
    }
  })

  it('are none where the variable is empty, as a template leaves it', () => {
    const empty = { secrets: new Map([['stripe', []]]), problems: [] }
    expect(webhookSecrets({ WEBHOOK_SECRETS_STRIPE: ' ' })).toEqual(empty)
  })

  it.each([
    ['standard-webhooks', 'whsec_AA=='],
    ['standard-webhooks', `whsec_${btoa(sixteen.slice(1))}`],
    ['polar', 'whsec_AA=='],
    ['polar', 'polar_whs_short'],
    ['stripe', 'whsec_AA=='],
    ['stripe', `whsec_${sixteen.slice(1)}`],
    ['paddle', 'pdl_ntfset_short'],
    ['shopify', sixteen.slice(1)],
    ['lemonsqueezy', 'secret'],
    ['revenuecat', `Bearer ${sixteen.slice(1)}`],
  ])('are refused of %s where the key has less than 16 bytes: %s', (provider, secret) => {
    expect(problemsOf(provider, secret)).toEqual([`${nameOf(provider)} is a key of less than 16 bytes`])
  })

  it.each([
    ['standard-webhooks', `whsec_${btoa(sixteen)}`],
    ['standard-webhooks', btoa(sixteen)],
    ['polar', `polar_whs_${sixteen}`],
    ['polar', `whsec_${btoa(sixteen)}`],
    ['stripe', `whsec_${sixteen}`],
    ['paddle', `pdl_ntfset_${sixteen}`],
    ['shopify', sixteen],
    ['lemonsqueezy', sixteen],
    ['revenuecat', `Bearer ${sixteen}`],
  ])('are taken of %s from 16 bytes on: %s', (provider, secret) => {
    expect(problemsOf(provider, secret)).toEqual([])
  })

  it('are refused where a comma within one would make two of it, of which anybody guesses one', () => {
    const which = (place: number) =>
      `WEBHOOK_SECRETS_REVENUECAT, secret ${place} of those that its commas separate,`
    expect(problemsOf('revenuecat', `Bearer ${sixteen},x`)).toEqual([
      `${which(2)} is a key of less than 16 bytes`,
    ])
    expect(problemsOf('revenuecat', `x,Bearer ${sixteen}`)).toEqual([
      `${which(1)} is a key of less than 16 bytes`,
    ])
    for (const [value, place] of [
      [`${sixteen},`, 2],
      [`,${sixteen}`, 1],
      [`${sixteen},,${sixteen}`, 2],
    ] as const) {
      expect(problemsOf('revenuecat', value)).toEqual([`${which(place)} is empty`])
    }
  })

  it('are refused where they can be no secret of their provider', () => {
    expect(problemsOf('standard-webhooks', 'whsec_not base64!')).toEqual([
      'WEBHOOK_SECRETS_STANDARD_WEBHOOKS is not `whsec_` and Base64',
    ])
  })
})
