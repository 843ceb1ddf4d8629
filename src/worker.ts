import { waitUntil } from 'cloudflare:workers'
import type { Hono } from 'hono'
import { answering } from './api/answering.ts'
import { ProblemError } from './api/problem-error.ts'
import { processEvent } from './checkout/process.ts'
import { bodyOf, readEvent } from './checkout/read-event.ts'
import { isWebhook, receive } from './checkout/receive.ts'
import { type SweepDeps, sweep } from './checkout/sweep.ts'
import { type Config, ConfigError, configOf } from './config.ts'
import { Reader } from './edge/reader.ts'
import { createApp } from './http/app.ts'
import type { HttpEnv } from './http/context.ts'
import { Cursors } from './http/cursors.ts'
import { hotCheck } from './http/hot-check.ts'
import { problemToResponse } from './http/http-problem.ts'
import { JwtAuthenticator } from './http/jwt-authenticator.ts'
import { requestIdOf } from './http/request-id.ts'
import type { Services } from './http/services.ts'
import { cursorKey } from './ledger/across-users/cursor-key.ts'
import { dropExpiredReceipts } from './ledger/across-users/drop-receipts.ts'
import { newestSnapshot } from './ledger/ledger-client.ts'
import { log } from './ledger/log.ts'
import { UserLedgerObject } from './ledger/user-ledger.ts'
import type { RpcServices } from './rpc/answer-call.ts'
import { EntitlementsEntrypoint } from './rpc/entitlements.ts'

/** The bindings of `wrangler.toml`; its variables are read by `configOf`. */
export interface Env {
  readonly DB: D1Database
  readonly KV: KVNamespace
  readonly USERS: DurableObjectNamespace<UserLedger>
}

export class UserLedger extends UserLedgerObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    const { epoch, freshness, checkout } = knownConfig(env)
    super(ctx, env, {
      db: env.DB,
      kv: env.KV,
      answering,
      policy: checkout,
      now: () => Date.now(),
      epoch,
      allowMaxAgeMs: freshness.allowMaxAgeMs,
      snapshotTtlSeconds: Math.max(60, Math.ceil(freshness.staleIfErrorMs / 1000)),
    })
  }
}

/** The ledger for other Workers of the account, over a service binding. */
export class Entitlements extends EntitlementsEntrypoint<Env> {
  constructor(ctx: ExecutionContext, env: Env) {
    const isolate = isolateOf(env)
    super(ctx, env, isolate instanceof ConfigError ? misconfigured(isolate) : isolate.rpc)
  }
}

export default {
  async fetch(request, env) {
    const isolate = isolateOf(env)
    if (isolate instanceof ConfigError) {
      return problemToResponse(misconfigured(isolate), requestIdOf(request))
    }
    const sampled = Math.random() < isolate.checkLogSample
    const hot = sampled ? null : hotCheck(request, isolate.services)
    if (hot !== null) return hot
    return isWebhook(request) ? isolate.receive(request) : isolate.app.fetch(request, { sampled })
  },

  async scheduled({ cron }, env) {
    if (cron === EVERY_MINUTE) {
      await sweep(sweepDepsOf(env, knownConfig(env)))
      return
    }
    const dropped = await dropExpiredReceipts(env.DB, Date.now())
    log('info', 'receipts_dropped', { dropped })
  },
} satisfies ExportedHandler<Env>

/** As in `wrangler.toml`, where the other one is hourly. */
const EVERY_MINUTE = '* * * * *'

let config: Config | null = null

/** The configuration, parsed once for an isolate. */
function knownConfig(env: Env): Config {
  config ??= configOf(env)
  return config
}

interface Isolate {
  readonly services: Services
  readonly app: Hono<HttpEnv>
  readonly receive: (request: Request) => Promise<Response>
  readonly rpc: RpcServices
  readonly checkLogSample: number
}

let known: Isolate | ConfigError | null = null

/** What an isolate makes once, with the first request; or why it cannot serve. */
function isolateOf(env: Env): Isolate | ConfigError {
  known ??= makeIsolate(env)
  return known
}

function makeIsolate(env: Env): Isolate | ConfigError {
  try {
    const config = knownConfig(env)
    const services = servicesOf(env, config)
    const { checkLogSample } = config
    const receiveDeps = { ...sweepDepsOf(env, config), secrets: config.checkout.secrets, waitUntil }
    return {
      services,
      app: createApp(services),
      receive: (request) =>
        receive(request, { ...receiveDeps, process: (id) => processEvent(receiveDeps, id) }),
      rpc: { reader: services.reader, ledgers: services.ledgers, now: services.now, checkLogSample },
      checkLogSample,
    }
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

function servicesOf(env: Env, config: Config): Services {
  const { token, epoch, freshness } = config
  const now = () => Date.now()
  const ledgers = (userId: string) => env.USERS.getByName(userId)
  const authenticator = new JwtAuthenticator(token, {
    kv: env.KV,
    fetch: (request) => fetch(request),
    waitUntil,
  })
  const reader = new Reader({
    kv: env.KV,
    epoch,
    freshness,
    now,
    ask: (userId, copy) => newestSnapshot(ledgers, userId, copy),
    waitUntil,
  })
  const cursors = new Cursors(() => cursorKey(env.DB))
  return {
    authenticator,
    reader,
    ledgers,
    cursors,
    db: env.DB,
    kv: env.KV,
    now,
    bodyOf,
    factsOf: async (event) => (await readEvent(event))?.facts ?? null,
    processEvent: (id) => waitUntil(processEvent(sweepDepsOf(env, config), id)),
    sweepNow: () => waitUntil(sweep(sweepDepsOf(env, config))),
  }
}

function sweepDepsOf(env: Env, { checkout: { mode, keep, stripeApiKey } }: Config): SweepDeps {
  return {
    d1: env.DB,
    ledgers: (userId) => env.USERS.getByName(userId),
    now: () => Date.now(),
    fetch: (url, init) => fetch(url, init),
    mode,
    keep,
    stripeApiKey,
  }
}

function misconfigured({ message }: ConfigError): ProblemError {
  log('error', 'misconfigured', { detail: message })
  return new ProblemError('misconfigured', { detail: message })
}
