/** Secrets of webhooks by the name of the provider, and what is wrong with those that are refused. */
interface WebhookSecrets {
  readonly secrets: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly string[]
}

/** 128 bits: what is shorter can be guessed from one delivery, by trying. */
const KEY_BYTES_MIN = 16

/** `WEBHOOK_SECRETS_STANDARD_WEBHOOKS` are those of `standard-webhooks`: several with commas while one is changed. */
export function webhookSecrets(env: object): WebhookSecrets {
  const secrets = new Map<string, readonly string[]>()
  const problems: string[] = []
  for (const [name, value] of Object.entries(env) as [string, unknown][]) {
    const provider = /^WEBHOOK_SECRETS_([A-Z0-9_]+)$/.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-')
    if (provider === undefined || typeof value !== 'string') continue
    const parts = value.trim() === '' ? [] : value.split(',').map((part) => part.trim())
    secrets.set(provider, parts)
    for (const [place, part] of parts.entries()) {
      const problem = problemOf(provider, part)
      const which = parts.length === 1 ? '' : `, secret ${place + 1} of those that its commas separate,`
      if (problem !== null) problems.push(`${name}${which} ${problem}`)
    }
  }
  return { secrets, problems }
}

function problemOf(provider: string, secret: string): string | null {
  if (secret === '') return 'is empty'
  const length = keyLength(provider, secret)
  if (length === null) return 'is not `whsec_` and Base64'
  return length < KEY_BYTES_MIN ? `is a key of less than ${KEY_BYTES_MIN} bytes` : null
}

/** How many bytes of a secret are one: what it begins with anybody knows. `null` where it is none. */
function keyLength(provider: string, secret: string): number | null {
  const isDecoded = provider === 'standard-webhooks' || (provider === 'polar' && secret.startsWith('whsec_'))
  if (isDecoded) return decodedLength(secret.replace(/^whsec_/, ''))
  const bare = secret.replace(/^(whsec_|pdl_ntfset_|polar_whs_|Bearer +)/i, '')
  return new TextEncoder().encode(bare).length
}

function decodedLength(base64: string): number | null {
  try {
    return atob(base64).length
  } catch {
    return null
  }
}
