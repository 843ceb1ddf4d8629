import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { CopyState } from '../../src/ledger/ledger-client.ts'
import type { Submission } from '../../src/ledger/submission.ts'
import { UserLedger } from '../../src/worker.ts'
import { pass } from '../support/clock.ts'
import { anIsolate } from '../support/isolate.ts'
import { type Asked, countedD1 } from './counted-d1.ts'
import { Meter } from './counts.ts'
import { only } from './only.ts'

interface KnownObject {
  readonly ledger: UserLedger
  readonly storage: DurableObjectStorage
  /** What goes on after its answers. */
  readonly background: Promise<unknown>[]
}

interface PlaceFacts {
  readonly onAsked?: (asked: Asked) => void
  /** Those that the isolate has besides. */
  readonly bindings?: Readonly<Record<string, unknown>> | undefined
}

interface Call {
  readonly work: (ledger: UserLedger) => Promise<unknown>
  readonly answer: (result: unknown) => void
}

/**
 * The whole Worker on real bindings, every use of which is counted: those of an isolate, and those of the users'
 * objects, their alarms among them. The clock of the file has to stand still, so that alarms go off when told.
 */
export async function aCountedPlace({ onAsked = () => undefined, bindings = {} }: PlaceFacts = {}) {
  const meter = new Meter()
  const KV = countedKv(meter)
  const objects = new Map<string, KnownObject>()

  function within<Result>(userId: string, work: (object: KnownObject) => Promise<Result>): Promise<Result> {
    return runInDurableObject(env.USERS.getByName(userId), (_instance, state) => {
      const object = objects.get(userId) ?? anObject(state)
      objects.set(userId, object)
      return work(object)
    })
  }

  function anObject(state: DurableObjectState): KnownObject {
    const DB = countedD1(env.DB, { meter, isOfObject: true, onAsked })
    const ledger = new UserLedger(state, { ...env, DB, KV })
    const background: Promise<unknown>[] = []
    const storage = countedStorage(state.storage, meter)
    const ctx = only({ id: state.id, storage, waitUntil: (work: Promise<unknown>) => background.push(work) })
    Object.defineProperty(ledger, 'ctx', { value: ctx })
    return { ledger, storage: state.storage, background }
  }

  let comeTogether = 1
  const coming: Call[] = []
  const calls: Promise<unknown>[] = []

  function called<Result>(userId: string, work: (ledger: UserLedger) => Promise<Result>): Promise<Result> {
    meter.add('objectCalls')
    const answered = new Promise<Result>((resolve, reject) => {
      coming.push({ work, answer: (result) => resolve(result as Result) })
      if (coming.length < comeTogether) return
      const together = coming.splice(0)
      within(userId, ({ ledger }) => Promise.all(together.map((call) => call.work(ledger)))).then(
        (results) => together.forEach(({ answer }, index) => answer(results[index])),
        reject,
      )
    })
    calls.push(answered)
    return answered
  }

  async function untilNothingIsDue({ ledger, storage, background }: KnownObject): Promise<void> {
    await Promise.all(background.splice(0))
    const alarm = await storage.getAlarm()
    if (alarm === null) return
    pass(Math.max(0, alarm - Date.now()))
    // The runtime forgets an alarm before it calls.
    await storage.deleteAlarm()
    meter.add('objectCalls')
    await ledger.alarm()
    await untilNothingIsDue({ ledger, storage, background })
  }

  const DB = countedD1(env.DB, { meter, isOfObject: false, onAsked })
  const USERS = only<DurableObjectNamespace<UserLedger>>({
    getByName: (userId: string) =>
      only({
        submit: (submission: Submission) => called(userId, (ledger) => ledger.submit(submission)),
        snapshot: (copy: CopyState) => called(userId, (ledger) => ledger.snapshot(copy)),
      }),
  })
  const of = await anIsolate({ DB, KV, USERS, CHECK_LOG_SAMPLE: '0', ...bindings })

  return {
    meter,
    DB,
    USERS,
    /** A request to the isolate. */
    of: (request: Request) => {
      meter.add('requests')
      return of(request)
    },
    /** Lets the objects finish what goes on after their answers, and their alarms go off. */
    async settle(): Promise<void> {
      for (const userId of objects.keys()) await within(userId, untilNothingIsDue)
    },
    /** When the calls of objects that nobody waits for are done. */
    async called(): Promise<void> {
      await Promise.all(calls.splice(0))
    },
    /** From now on calls reach their object only when so many are on their way to it, and then at once. */
    gather: (calls: number) => {
      comeTogether = calls
    },
    /** Takes its memory from a user's object. */
    evict: (userId: string) => objects.delete(userId),
  }
}

export type CountedPlace = Awaited<ReturnType<typeof aCountedPlace>>

function countedKv(meter: Meter): KVNamespace {
  const { KV } = env
  return only<KVNamespace>({
    // Each key that is read is billed, however many a question names.
    get: (keys: string | string[], options: KVNamespaceGetOptions<'json'>) => {
      meter.add('kvReads', [keys].flat().length)
      return typeof keys === 'string' ? KV.get(keys, options) : KV.get(keys, options)
    },
    getWithMetadata: (key: string, options: KVNamespaceGetOptions<'text'>) => {
      meter.add('kvReads')
      return KV.getWithMetadata(key, options)
    },
    put: (key: string, value: string, options: KVNamespacePutOptions) => {
      meter.add('kvWrites')
      return KV.put(key, value, options)
    },
  })
}

function countedStorage(storage: DurableObjectStorage, meter: Meter): DurableObjectStorage {
  return only<DurableObjectStorage>({
    getAlarm: () => storage.getAlarm(),
    setAlarm: (at: number) => {
      meter.add('alarmsSet')
      return storage.setAlarm(at)
    },
    deleteAlarm: () => {
      meter.add('alarmsTakenBack')
      return storage.deleteAlarm()
    },
    sync: () => storage.sync(),
  })
}
