import { waitUntil } from 'cloudflare:workers'
import type { Hono } from 'hono'
import { ledgerReader } from './app/ledger-reader.ts'
import type { ListSource } from './app/paging/listing.ts'
import { userHash } from './app/user-hash.ts'
import type { CatalogRenewal } from './catalog/catalog-renewal.ts'
import type { Checkout } from './checkout/checkout.ts'
import { isWebhook } from './checkout/is-webhook.ts'
import { type Config, ConfigError, configOf, issuersOf, passportsOf } from './config.ts'
import { JwtAuthenticator } from './http/authentication/jwt-authenticator.ts'
import { limitOf } from './http/authentication/limit-of.ts'
import type { Cors } from './http/cors.ts'
import { hotCheck } from './http/hot-check.ts'
import type { HttpEnv } from './http/routes/context.ts'
import { KeeperObject, type RoundReport } from './keeper/keeper-object.ts'
import type { Catalogs } from './ledger/object/catalogs.ts'
import { UserLedgerObject } from './ledger/object/user-ledger.ts'
import { DatabaseSize } from './platform/database-size.ts'
import { watchedDatabase } from './platform/watched-database.ts'
import { EntitlementsEntrypoint } from './rpc/entitlements.ts'

/** The bindings of `wrangler.toml`; its variables are read by `configOf`. */
export interface Env {
  readonly DB: D1Database
  readonly KV: KVNamespace
  readonly USERS: DurableObjectNamespace<UserLedger>
  readonly KEEPERS: DurableObjectNamespace<Keeper>
  /** What one caller may ask; nothing is counted where it is not bound. */
  readonly RATE_LIMIT_READS?: RateLimit
  readonly RATE_LIMIT_WRITES?: RateLimit
}

export class UserLedger extends UserLedgerObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    const { epoch, freshness, checkout } = knownConfig(env)
    super(ctx, env, {
      ...databaseOf(env),
      kv: env.KV,
      catalogs: () => catalogsOf(env),
      answering: async () => (await import('./app/answering.ts')).answering,
      concluding: async () => (await import('./checkout/processing/concluding.ts')).concluding,
      policy: checkout,
      now: () => Date.now(),
      epoch,
      allowMaxAgeMs: freshness.allowMaxAgeMs,
      snapshotTtlSeconds: Math.max(60, Math.ceil(freshness.staleIfErrorMs / 1000)),
    })
  }
}

/** The keeper of one database, by the name of its binding. */
export class Keeper extends KeeperObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, {
      now: () => Date.now(),
      round: async () => (await servingIsolate(env)).keep(),
      renew: async () => (await servingIsolate(env)).renewCatalog(),
      renewalMs: () => knownConfig(env).catalogRenewalMs,
    })
  }
}

/** The ledger for other Workers of the account, over a service binding. */
export class Entitlements extends EntitlementsEntrypoint<Env> {
  constructor(ctx: ExecutionContext, env: Env) {
    super(ctx, env, async () => {
      const isolate = await isolateOf(env)
      if (!(isolate instanceof ConfigError)) return isolate.services
      return (await import('./app/problems/misconfigured.ts')).misconfigured(isolate)
    })
  }
}

export default {
  async fetch(request, env) {
    const isolate = known ?? (await isolateOf(env))
    if (isolate instanceof ConfigError) {
      const { misconfiguredAnswer } = await import('./http/answers/misconfigured-answer.ts')
      return misconfiguredAnswer(request, isolate)
    }
    if (!isolate.isForPages) return answerOf(request, isolate)
    const cors = await isolate.cors()
    return cors.preflight(request) ?? cors.shown(await answerOf(request, isolate), request)
  },

  async scheduled(_controller, env) {
    await env.KEEPERS.getByName('DB').wake()
  },
} satisfies ExportedHandler<Env>

/** A check that is answered at once waits for no promise. */
function answerOf(request: Request, isolate: Isolate): Response | Promise<Response> {
  return hotCheck(request, isolate.services) ?? answerTheLongWay(request, isolate)
}

async function answerTheLongWay(request: Request, isolate: Isolate): Promise<Response> {
  if (isWebhook(request)) return (await isolate.checkout()).receive(request)
  return (await isolate.app()).fetch(request, { sampled: isolate.services.isSampled() })
}

// Each made once for an isolate.
let size: DatabaseSize | null = null
let catalogs: Catalogs | null = null
let listing: ListSource | null = null
let config: Config | null = null
let known: Isolate | ConfigError | null = null

/** The database, and how large it is by what its last answer to this isolate said. */
function databaseOf(env: Env) {
  size ??= new DatabaseSize(knownConfig(env).databaseBytesMax)
  return { db: watchedDatabase(env.DB, size), size }
}

/** The catalog, as the objects of this isolate decide by it. */
async function catalogsOf(env: Env): Promise<Catalogs> {
  const { Catalogs } = await import('./ledger/object/catalogs.ts')
  return (catalogs ??= new Catalogs(databaseOf(env).db))
}

/** What lists go by: it knows the key of cursors from then on. */
async function listingFor(env: Env): Promise<ListSource> {
  const { listingOf } = await import('./app/paging/listing.ts')
  return (listing ??= listingOf(databaseOf(env).db))
}

/** The configuration, parsed once for an isolate. */
function knownConfig(env: Env): Config {
  config ??= configOf(env)
  return config
}

/** What an isolate makes once, with the first request; or why it cannot serve. */
async function isolateOf(env: Env): Promise<Isolate | ConfigError> {
  const made = known ?? (await makeIsolate(env))
  // Of two first requests each makes one, since neither may wait for what the other is at; one of these is kept.
  known ??= made
  return known
}

/** The same where it can serve. Throws `ConfigError`. */
async function servingIsolate(env: Env): Promise<Isolate> {
  const isolate = await isolateOf(env)
  if (isolate instanceof ConfigError) throw isolate
  return isolate
}

async function makeIsolate(env: Env): Promise<Isolate | ConfigError> {
  try {
    const config = knownConfig(env)
    return new Isolate(env, config, await issuersOf(config))
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

/**
 * What the handlers work with. A check needs no more than `services`; the rooms that it does not enter are evaluated
 * when somebody first does, so that a cold isolate answers sooner.
 */
class Isolate {
  readonly services: ReturnType<typeof servicesOf>
  /** Whether pages of other origins may ask. */
  readonly isForPages: boolean
  readonly #env: Env
  readonly #config: Config
  #app: Hono<HttpEnv> | null = null
  #cors: Cors | null = null
  #checkout: Checkout | null = null
  #renewal: CatalogRenewal | null = null

  constructor(env: Env, config: Config, issuers: Issuers) {
    this.services = servicesOf(env, config, issuers)
    this.isForPages = config.corsOrigins.length > 0
    this.#env = env
    this.#config = config
  }

  async app(): Promise<Hono<HttpEnv>> {
    this.#app ??= await this.#makeApp()
    return this.#app
  }

  async cors(): Promise<Cors> {
    if (this.#cors !== null) return this.#cors
    const { Cors } = await import('./http/cors.ts')
    this.#cors ??= new Cors(this.#config.corsOrigins)
    return this.#cors
  }

  async checkout(): Promise<Checkout> {
    if (this.#checkout !== null) return this.#checkout
    const { createCheckout } = await import('./checkout/checkout.ts')
    const wakeKeeper = () => this.#env.KEEPERS.getByName('DB').wake()
    this.#checkout ??= createCheckout({ ...this.#checkoutDeps(), waitUntil, wakeKeeper })
    return this.#checkout
  }

  /** Does a round of what is due. */
  async keep(): Promise<RoundReport> {
    const { doRound } = await import('./keeper/do-round.ts')
    const { size } = databaseOf(this.#env)
    return doRound({ ...this.#checkoutDeps(), isFull: () => size.isFull })
  }

  /** Puts the catalog into KV, confirmed anew. */
  async renewCatalog(): Promise<void> {
    const { CatalogRenewal } = await import('./catalog/catalog-renewal.ts')
    const { DB: d1, KV: kv } = this.#env
    const deps = { d1, kv, epoch: this.#config.epoch, now: this.services.now }
    this.#renewal ??= new CatalogRenewal(deps)
    await this.#renewal.renew()
  }

  async #makeApp(): Promise<Hono<HttpEnv>> {
    const { createApp } = await import('./http/app.ts')
    const { size } = databaseOf(this.#env)
    const { KV: kv } = this.#env
    const { epoch } = this.#config
    const listing = await this.services.listing()
    return createApp({ ...this.services, ...listing, size, kv, epoch, checkout: await this.checkout() })
  }

  #checkoutDeps() {
    const { ledgers, now } = this.services
    return {
      ...this.#config.checkout,
      d1: databaseOf(this.#env).db,
      ledgers,
      now,
      fetch: (url: string, init: RequestInit) => fetch(url, init),
    }
  }
}

type Issuers = Awaited<ReturnType<typeof issuersOf>>

function servicesOf(env: Env, config: Config, issuers: Issuers) {
  const { epoch, location, freshness, checkLogSample, logKey } = config
  const now = () => Date.now()
  const placement = location === null ? {} : { locationHint: location }
  const ledgers = (userId: string) => env.USERS.getByName(userId, placement)
  const { DB: db, KV: kv } = env
  const authenticator = new JwtAuthenticator(issuers, { kv, fetch: (request) => fetch(request), waitUntil })
  const reader = ledgerReader({ db, kv, epoch, freshness, now, ledgers, waitUntil })
  const listing = () => listingFor(env)
  const isSampled = () => Math.random() < checkLogSample
  const bound = { reads: env.RATE_LIMIT_READS, writes: env.RATE_LIMIT_WRITES }
  const limit = limitOf(bound, { periodSeconds: config.rateLimitPeriodSeconds, now })
  const hashUser = userHash(logKey)
  const passports = passportsOf(config)
  return { authenticator, limit, reader, ledgers, now, isSampled, hashUser, waitUntil, listing, passports }
}
