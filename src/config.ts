import { isOrigin } from './config/is-origin.ts'
import { atLeast, days, seconds, share } from './config/numbers.ts'
import { besideSeveral, oneIssuer } from './config/one-issuer.ts'
import { allOf, oneOf, someOf, textOf } from './config/texts.ts'
import { pairOf, valuesByProvider } from './config/values-by-provider.ts'
import type { PassportVariables } from './config/passports/passport-variables.ts'
import {
  need,
  readVariables,
  type Rule,
  Unfit,
  unlessEmpty,
  type ValuesOf,
  withDefault,
} from './config/variable.ts'
import { webhookSecrets } from './config/webhook-secrets.ts'
import { USER_ID_RULE, userIdInPath } from './contract/is-user-id.ts'
import { PROVIDERS, type ProviderName } from './contract/providers.ts'

const DAY_MS = 86_400_000

/** The providers whose events may come from several accounts or shops. */
const WITH_ACCOUNTS = ['stripe', 'shopify', 'lemonsqueezy'] as const

/** Where objects can be asked to live (https://developers.cloudflare.com/durable-objects/reference/data-location/). */
const LOCATIONS = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
] as const

const NAMINGS = ['server', 'signed', 'buyer'] as const

const userId: Rule<string> = (text) => {
  const id = userIdInPath(text)
  if (id === null) throw new Unfit(`is not ${USER_ID_RULE}`)
  return id
}

const origin: Rule<string> = (text) => {
  if (!isOrigin(text)) throw new Unfit('is no origin such as https://app.example.com')
  return text
}

const namings: Rule<readonly (readonly [ProviderName, (typeof NAMINGS)[number]])[]> = (text) => {
  const all = allOf(pairOf(PROVIDERS, oneOf(NAMINGS)))(text)
  if (new Map(all).size < all.length) throw new Unfit('names a provider twice')
  return all
}

/** By plain code: an isolate reads this at its start, and there a library of schemas is most of what it evaluates. */
const VARIABLES = {
  LEDGER_EPOCH: need(atLeast(1, 'starts at 1')),
  MEMORY_MAX_AGE_SECONDS: need(seconds),
  ALLOW_MAX_AGE_SECONDS: need(seconds),
  VALUE_MAX_AGE_SECONDS: withDefault(seconds, null),
  DENY_MAX_AGE_SECONDS: need(seconds),
  STALE_IF_ERROR_SECONDS: need(seconds),
  DATABASE_MAX_MB: withDefault(atLeast(1, 'starts at 1'), 10_000),
  LEDGER_LOCATION: withDefault(oneOf(LOCATIONS), null),
  CATALOG_RENEWAL_SECONDS: withDefault(seconds, 20_000),
  CHECK_TIMEOUT_MS: need(atLeast(10, 'is too short for any answer')),
  CHECK_LOG_SAMPLE: need(share),
  CORS_ORIGINS: withDefault(allOf(origin), []),
  RATE_LIMIT_PERIOD_SECONDS: withDefault(oneOf(['10', '60']), '60'),
  LOG_KEY: withDefault(textOf(16), null),
  PASSPORT_ISSUER: withDefault(unlessEmpty(origin), null),
  PASSPORT_KEYS: withDefault(
    unlessEmpty((text) => text),
    null,
  ),
  CHECKOUT_MODE: withDefault(oneOf(['live', 'test']), 'test'),
  CHECKOUT_SANDBOX_USERS: withDefault(allOf(userId), []),
  CHECKOUT_NAMING: withDefault(namings, []),
  CHECKOUT_NAMING_KEY: withDefault(someOf(textOf(32)), null),
  CHECKOUT_ACCOUNTS: withDefault(allOf(pairOf(WITH_ACCOUNTS, textOf(1))), []),
  CHECKOUT_GRACE_SECONDS: withDefault(seconds, 604_800_000),
  CHECKOUT_PARTIAL_REFUND: withDefault(oneOf(['keep', 'revoke']), 'keep'),
  CHECKOUT_SPENT_REFUND: withDefault(oneOf(['floor_at_zero', 'allow_debt']), 'floor_at_zero'),
  CHECKOUT_AMOUNTS: withDefault(oneOf(['on_active', 'on_payment']), 'on_active'),
  INBOX_SETTLED_DAYS: withDefault(days, 14 * DAY_MS),
  INBOX_UNSETTLED_DAYS: withDefault(days, 90 * DAY_MS),
  STRIPE_API_KEY: withDefault(textOf(1), null),
} as const

/** What is wrong between variables that are each right. */
function* contradictions(values: ValuesOf<typeof VARIABLES>): Iterable<string> {
  if (
    values.CHECKOUT_NAMING_KEY === null &&
    values.CHECKOUT_NAMING.some(([, naming]) => naming === 'signed')
  ) {
    yield 'CHECKOUT_NAMING_KEY or another CHECKOUT_NAMING than signed must be set'
  }
  if (values.DENY_MAX_AGE_SECONDS > values.ALLOW_MAX_AGE_SECONDS) {
    yield 'DENY_MAX_AGE_SECONDS must not be more than ALLOW_MAX_AGE_SECONDS'
  }
  if ((values.VALUE_MAX_AGE_SECONDS ?? 0) > values.ALLOW_MAX_AGE_SECONDS) {
    yield 'VALUE_MAX_AGE_SECONDS must not be more than ALLOW_MAX_AGE_SECONDS'
  }
  if (values.STALE_IF_ERROR_SECONDS < values.ALLOW_MAX_AGE_SECONDS) {
    yield 'STALE_IF_ERROR_SECONDS must not be less than ALLOW_MAX_AGE_SECONDS'
  }
}

/** The variables of the Worker, read once. Durations are in milliseconds. */
export type Config = ReturnType<typeof configOf>

/** Parses the variables. Throws `ConfigError`, which names each that is missing or weak and tells no value. */
export function configOf(env: object) {
  const { values, problems } = readVariables(VARIABLES, env)
  const { secrets, problems: ofSecrets } = webhookSecrets(env)
  const { issuer, listed, problems: ofTokens } = tokenIssuers(env)
  const wrong = [...ofTokens, ...(problems.length > 0 ? problems : contradictions(values)), ...ofSecrets]
  if (wrong.length === 0 && issuer?.issuer === values.PASSPORT_ISSUER) wrong.push(OWN_ISSUER)
  if (wrong.length > 0) throw new ConfigError(wrong)
  return {
    /** `null` where several are listed, which `issuersOf` reads. */
    issuer,
    listed,
    epoch: values.LEDGER_EPOCH,
    databaseBytesMax: values.DATABASE_MAX_MB * 1_000_000,
    location: values.LEDGER_LOCATION,
    freshness: {
      memoryMaxAgeMs: values.MEMORY_MAX_AGE_SECONDS,
      allowMaxAgeMs: values.ALLOW_MAX_AGE_SECONDS,
      valueMaxAgeMs: values.VALUE_MAX_AGE_SECONDS ?? values.ALLOW_MAX_AGE_SECONDS,
      denyMaxAgeMs: values.DENY_MAX_AGE_SECONDS,
      staleIfErrorMs: values.STALE_IF_ERROR_SECONDS,
      checkTimeoutMs: values.CHECK_TIMEOUT_MS,
    },
    catalogRenewalMs: values.CATALOG_RENEWAL_SECONDS,
    checkLogSample: values.CHECK_LOG_SAMPLE,
    corsOrigins: values.CORS_ORIGINS,
    rateLimitPeriodSeconds: Number(values.RATE_LIMIT_PERIOD_SECONDS),
    logKey: values.LOG_KEY,
    passports: {
      issuer: values.PASSPORT_ISSUER,
      /** As it stands: read when somebody first asks for a passport. */
      keys: values.PASSPORT_KEYS,
      allowMaxAgeMs: values.ALLOW_MAX_AGE_SECONDS,
      valueMaxAgeMs: values.VALUE_MAX_AGE_SECONDS ?? values.ALLOW_MAX_AGE_SECONDS,
    },
    checkout: {
      mode: values.CHECKOUT_MODE,
      sandboxUsers: new Set(values.CHECKOUT_SANDBOX_USERS),
      namings: new Map(values.CHECKOUT_NAMING),
      namingKeys: values.CHECKOUT_NAMING_KEY ?? [],
      accounts: valuesByProvider(values.CHECKOUT_ACCOUNTS),
      graceMs: values.CHECKOUT_GRACE_SECONDS,
      partialRefund: values.CHECKOUT_PARTIAL_REFUND,
      spentRefund: values.CHECKOUT_SPENT_REFUND,
      amounts: values.CHECKOUT_AMOUNTS,
      keep: { settledMs: values.INBOX_SETTLED_DAYS, unsettledMs: values.INBOX_UNSETTLED_DAYS },
      apiKeys: new Map(values.STRIPE_API_KEY === null ? [] : [['stripe', values.STRIPE_API_KEY]]),
      secrets,
    },
  }
}

/** The issuer of the variables for one, or what `JWT_ISSUERS` lists; an empty text lists nothing. */
function tokenIssuers(env: object) {
  const listed: unknown = Reflect.get(env, 'JWT_ISSUERS')
  if (listed === undefined || listed === '') return { ...oneIssuer(env), listed: null }
  const isTables = typeof listed === 'string' || (typeof listed === 'object' && listed !== null)
  const problems = [
    ...(isTables ? [] : ['JWT_ISSUERS is neither tables nor their JSON']),
    ...besideSeveral(env),
  ]
  return { issuer: null, listed, problems }
}

/**
 * The issuers whose tokens are taken. Several are read by code of its own, which an isolate with one never evaluates. Throws
 * `ConfigError`.
 */
export async function issuersOf({ issuer, listed, passports }: Config) {
  if (issuer !== null) return [issuer]
  const { listedIssuers } = await import('./config/issuers/listed-issuers.ts')
  const { issuers, problems } = listedIssuers(listed)
  const isOwn = issuers.some((one) => one.issuer === passports.issuer)
  if (problems.length > 0 || isOwn) throw new ConfigError(problems.length > 0 ? problems : [OWN_ISSUER])
  return issuers
}

/** What a user can show to others must let nobody in here. */
const OWN_ISSUER = 'PASSPORT_ISSUER must not be an issuer whose tokens are taken'

/**
 * Reads what passports are made by when somebody first asks, and once: `null` where no key is set, or why they cannot be made.
 * It is read by code of its own, and what is wrong with it stops no check.
 */
export function passportsOf({ passports }: Config) {
  let known: PassportVariables | ConfigError | null = null
  return async () => (known ??= await readPassports(passports))
}

async function readPassports(found: Config['passports']) {
  const { keys } = found
  if (keys === null) return null
  const { passportVariables } = await import('./config/passports/passport-variables.ts')
  const { settings, problems } = passportVariables({ ...found, keys })
  return settings ?? new ConfigError(problems)
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
  }
}
