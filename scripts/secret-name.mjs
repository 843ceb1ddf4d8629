/** Under which name the secrets of a provider's webhooks stand. */
export function secretName(provider) {
  return `WEBHOOK_SECRETS_${provider.toUpperCase().replaceAll('-', '_')}`
}
