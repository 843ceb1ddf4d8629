import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { answering } from '../../src/app/answering.ts'
import { Catalogs } from '../../src/ledger/object/catalogs.ts'
import { concluding } from '../../src/checkout/processing/concluding.ts'
import { UserLedgerObject } from '../../src/ledger/object/user-ledger.ts'
import { DatabaseSize } from '../../src/platform/database-size.ts'

type Deps = ConstructorParameters<typeof UserLedgerObject<Cloudflare.Env>>[2]
type UserObject = UserLedgerObject<Cloudflare.Env>

const POLICY = {
  graceMs: 7 * 86_400_000,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** Runs at a user’s object of a deployment that differs in some things from the one that the tests are run in. */
export function atAnObject<T>(
  userId: string,
  deps: Partial<Deps>,
  work: (object: UserObject) => Promise<T>,
): Promise<T> {
  return runInDurableObject(env.USERS.getByName(userId), (_instance, state) => work(objectIn(state, deps)))
}

/** An instance of the object whose state this is. */
export function objectIn(state: DurableObjectState, deps: Partial<Deps>): UserObject {
  return new UserLedgerObject(state, env, {
    db: env.DB,
    size: new DatabaseSize(Infinity),
    kv: env.KV,
    catalogs: async () => new Catalogs(env.DB),
    answering: async () => answering,
    concluding: async () => concluding,
    policy: POLICY,
    now: () => Date.now(),
    epoch: 1,
    allowMaxAgeMs: 600_000,
    snapshotTtlSeconds: 3600,
    ...deps,
  })
}
