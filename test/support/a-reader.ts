import { env } from 'cloudflare:workers'
import { ofFeature } from '../../src/app/checks/check-access.ts'
import { type Demand, type Freshness, NO_DEMAND } from '../../src/edge/freshness.ts'
import { Reader, type ReaderDeps } from '../../src/edge/reader.ts'
import { catalogSince } from '../../src/ledger/store/catalog/catalog-since.ts'
import { recordedUsers } from '../../src/ledger/store/recorded-users.ts'
import { newestSnapshot } from '../../src/ledger/ledger-client.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND

/** How fresh the answers of the readers are, as it is set in production. */
export const FRESHNESS: Freshness = {
  memoryMaxAgeMs: 30 * SECOND,
  allowMaxAgeMs: 10 * MINUTE,
  valueMaxAgeMs: 10 * MINUTE,
  denyMaxAgeMs: 5 * SECOND,
  staleIfErrorMs: 60 * MINUTE,
  checkTimeoutMs: 1500,
}

/** Asks the real object of a user. */
export const askObject: ReaderDeps['ask'] = (userId, copy, features) =>
  newestSnapshot((id) => env.USERS.getByName(id), userId, copy, features)

interface ReaderFacts {
  readonly kv?: KVNamespace
  readonly freshness?: Partial<Freshness>
  readonly ask?: ReaderDeps['ask']
  readonly askD1?: ReaderDeps['catalogSince']
}

/** Asks the real D1 for the catalog. */
export const askD1: ReaderDeps['catalogSince'] = (known) => catalogSince(env.DB, known)

/** The reader of an isolate of its own, with the clock of the file, the real KV and the real objects unless told otherwise. */
export function aReader({ kv = env.KV, freshness = {}, ask = askObject, ...facts }: ReaderFacts = {}) {
  const background: Promise<unknown>[] = []
  let [asked, askedD1] = [0, 0]
  const reader = new Reader({
    kv,
    epoch: 1,
    freshness: { ...FRESHNESS, ...freshness },
    now: () => Date.now(),
    ask: (userId, copy, features) => {
      asked += 1
      return ask(userId, copy, features)
    },
    recorded: (userIds) => recordedUsers(env.DB, userIds),
    catalogSince: (known) => {
      askedD1 += 1
      return (facts.askD1 ?? askD1)(known)
    },
    waitUntil: (work) => background.push(work),
  })
  return {
    reader,
    /** Checks the feature `export`, or another. */
    async check(userId: string, demand: Partial<Demand> = {}, feature = 'export') {
      const reading = await reader.read(userId, { ...NO_DEMAND, ...demand }, ofFeature(feature))
      const { answer, version, catalogVersion, source, degraded, asOf } = reading
      const { allowed, reason, nextChangeAt } = answer
      const ageMs = Date.now() - asOf
      return { allowed, reason, nextChangeAt, version, catalogVersion, source, degraded, ageMs }
    },
    /** How often the object was asked so far. */
    asked: () => asked,
    /** How often D1 was asked for the catalog. */
    askedD1: () => askedD1,
    /** When all is done that goes on after the answers. */
    settled: () => Promise.all(background),
  }
}
