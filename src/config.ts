import * as z from 'zod'
import { inlineJwks, whyUnusable } from './config/jwks.ts'
import { listOf } from './config/list-of.ts'
import { byProvider, valuesByProvider } from './config/values-by-provider.ts'
import { webhookSecrets } from './config/webhook-secrets.ts'
import { PROVIDERS } from './contract/providers.ts'
import { userId } from './contract/user-id.ts'

// Algorithms with a private half: whoever can check a token must not be able to make one.
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const

/** Made when it is needed: once in an isolate, and then no more. */
function variablesSchema() {
  const wholeNumber = z
    .string()
    .regex(/^[0-9]{1,9}$/, 'is not a whole number')
    .transform(Number)

  const seconds = wholeNumber.transform((value) => value * 1000)

  const DAY_MS = 86_400_000

  const days = wholeNumber.transform((value) => value * DAY_MS)

  return z
    .object({
      JWT_ISSUER: z.string().min(1),
      JWT_AUDIENCE: z.string().min(1),
      JWT_ALGORITHMS: z
        .string()
        .transform((list) => list.split(',').map((name) => name.trim()))
        .pipe(z.array(z.enum(ALGORITHMS)).min(1)),
      JWT_JWKS_URL: z
        .url()
        .refine(isPrivate, 'is not https: the keys could be replaced on their way')
        .optional(),
      JWT_JWKS: inlineJwks().optional(),
      JWT_LIFETIME_MAX_SECONDS: wholeNumber.refine((value) => value >= 1, 'starts at 1').default(86_400),
      LEDGER_EPOCH: wholeNumber.refine((epoch) => epoch >= 1, 'starts at 1'),
      MEMORY_MAX_AGE_SECONDS: seconds,
      ALLOW_MAX_AGE_SECONDS: seconds,
      DENY_MAX_AGE_SECONDS: seconds,
      STALE_IF_ERROR_SECONDS: seconds,
      DATABASE_MAX_MB: wholeNumber.refine((value) => value >= 1, 'starts at 1').default(10_000),
      CHECK_TIMEOUT_MS: wholeNumber.refine((value) => value >= 10, 'is too short for any answer'),
      CHECK_LOG_SAMPLE: z
        .string()
        .regex(/^(0|1|0?\.[0-9]+|1\.0+)$/, 'is not a share between 0 and 1')
        .transform(Number),
      LOG_KEY: z.string().min(16, 'is shorter than 16 characters').optional(),
      CHECKOUT_MODE: z.enum(['live', 'test']).default('test'),
      CHECKOUT_SANDBOX_USERS: z.string().transform(listOf).pipe(z.array(userId)).default([]),
      CHECKOUT_NAMING: z
        .string()
        .transform(byProvider)
        .pipe(z.array(z.tuple([z.enum(PROVIDERS), z.enum(['server', 'signed', 'buyer'])])))
        .refine((all) => new Map(all).size === all.length, 'names a provider twice')
        .default([]),
      CHECKOUT_NAMING_KEY: z
        .string()
        .transform(listOf)
        .pipe(z.array(z.string().min(32, 'is shorter than 32 characters')).min(1))
        .optional(),
      CHECKOUT_ACCOUNTS: z
        .string()
        .transform(byProvider)
        .pipe(z.array(z.tuple([z.enum(WITH_ACCOUNTS), z.string().min(1)])))
        .default([]),
      CHECKOUT_GRACE_SECONDS: seconds.default(604_800_000),
      CHECKOUT_PARTIAL_REFUND: z.enum(['keep', 'revoke']).default('keep'),
      CHECKOUT_SPENT_REFUND: z.enum(['floor_at_zero', 'allow_debt']).default('floor_at_zero'),
      CHECKOUT_AMOUNTS: z.enum(['on_active', 'on_payment']).default('on_active'),
      INBOX_SETTLED_DAYS: days.default(14 * DAY_MS),
      INBOX_UNSETTLED_DAYS: days.default(90 * DAY_MS),
      STRIPE_API_KEY: z.string().min(1).optional(),
    })
    .refine(({ JWT_JWKS_URL, JWT_JWKS }) => (JWT_JWKS_URL === undefined) !== (JWT_JWKS === undefined), {
      path: ['JWT_JWKS_URL'],
      message: 'or JWT_JWKS must be set, and not both',
    })
    .superRefine(({ JWT_JWKS, JWT_ALGORITHMS }, context) => {
      const reason = JWT_JWKS === undefined ? null : whyUnusable(JWT_JWKS, JWT_ALGORITHMS)
      if (reason !== null) context.addIssue({ code: 'custom', path: ['JWT_JWKS'], message: reason })
    })
    .refine(
      ({ CHECKOUT_NAMING, CHECKOUT_NAMING_KEY }) =>
        CHECKOUT_NAMING_KEY !== undefined || CHECKOUT_NAMING.every(([, naming]) => naming !== 'signed'),
      { path: ['CHECKOUT_NAMING_KEY'], message: 'or another CHECKOUT_NAMING than signed must be set' },
    )
    .refine(
      ({ ALLOW_MAX_AGE_SECONDS, DENY_MAX_AGE_SECONDS }) => DENY_MAX_AGE_SECONDS <= ALLOW_MAX_AGE_SECONDS,
      {
        path: ['DENY_MAX_AGE_SECONDS'],
        message: 'must not be more than ALLOW_MAX_AGE_SECONDS',
      },
    )
    .refine(
      ({ ALLOW_MAX_AGE_SECONDS, STALE_IF_ERROR_SECONDS }) => ALLOW_MAX_AGE_SECONDS <= STALE_IF_ERROR_SECONDS,
      {
        path: ['STALE_IF_ERROR_SECONDS'],
        message: 'must not be less than ALLOW_MAX_AGE_SECONDS',
      },
    )
}

/** The variables of the Worker, read once. Durations are in milliseconds. */
export type Config = ReturnType<typeof configOf>

/** Parses the variables. Throws `ConfigError`, which names each that is missing or weak and tells no value. */
export function configOf(env: object) {
  const parsed = variablesSchema().safeParse(env)
  const { secrets, problems } = webhookSecrets(env)
  const issues = parsed.error?.issues ?? []
  const wrong = [
    ...issues.map(({ path, message }) => `${path.join('.')} ${reasonOf(env, path[0], message)}`),
    ...problems,
  ]
  if (!parsed.success || wrong.length > 0) throw new ConfigError(wrong)
  const { data } = parsed
  return {
    token: {
      issuer: data.JWT_ISSUER,
      audience: data.JWT_AUDIENCE,
      algorithms: data.JWT_ALGORITHMS,
      jwksUrl: data.JWT_JWKS_URL ?? null,
      jwks: data.JWT_JWKS ?? null,
      lifetimeMaxSeconds: data.JWT_LIFETIME_MAX_SECONDS,
    },
    epoch: data.LEDGER_EPOCH,
    databaseBytesMax: data.DATABASE_MAX_MB * 1_000_000,
    freshness: {
      memoryMaxAgeMs: data.MEMORY_MAX_AGE_SECONDS,
      allowMaxAgeMs: data.ALLOW_MAX_AGE_SECONDS,
      denyMaxAgeMs: data.DENY_MAX_AGE_SECONDS,
      staleIfErrorMs: data.STALE_IF_ERROR_SECONDS,
      checkTimeoutMs: data.CHECK_TIMEOUT_MS,
    },
    checkLogSample: data.CHECK_LOG_SAMPLE,
    logKey: data.LOG_KEY ?? null,
    checkout: {
      mode: data.CHECKOUT_MODE,
      sandboxUsers: new Set(data.CHECKOUT_SANDBOX_USERS),
      namings: new Map(data.CHECKOUT_NAMING),
      namingKeys: data.CHECKOUT_NAMING_KEY ?? [],
      accounts: valuesByProvider(data.CHECKOUT_ACCOUNTS),
      graceMs: data.CHECKOUT_GRACE_SECONDS,
      partialRefund: data.CHECKOUT_PARTIAL_REFUND,
      spentRefund: data.CHECKOUT_SPENT_REFUND,
      amounts: data.CHECKOUT_AMOUNTS,
      keep: { settledMs: data.INBOX_SETTLED_DAYS, unsettledMs: data.INBOX_UNSETTLED_DAYS },
      apiKeys: new Map(data.STRIPE_API_KEY === undefined ? [] : [['stripe', data.STRIPE_API_KEY]]),
      secrets,
    },
  }
}

/** The providers whose events may come from several accounts or shops. */
const WITH_ACCOUNTS = ['stripe', 'shopify', 'lemonsqueezy'] as const

export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
  }
}

/** On the machine itself nobody is between. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname))
}

function reasonOf(env: object, name: PropertyKey | undefined, message: string): string {
  const isMissing = name !== undefined && Reflect.get(env, name) === undefined && !message.startsWith('or ')
  return isMissing ? 'is missing' : message
}
