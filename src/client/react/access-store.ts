import { CLOCK, type Moment, msSince } from '../clock.ts'
import { Deadline } from '../deadline.ts'
import { LedgerError } from '../ledger-error.ts'
import { type MemoryBounds, type MemoryOptions, boundsOf } from '../memory-bounds.ts'
import type { PageAccess } from '../page-access.ts'
import { RememberedList } from '../remembered-list.ts'
import type { AccessQuestion, AccessSource } from './access-source.ts'
import { intervalMs } from './intervals.ts'
import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'
import { type ShownAccess, PENDING, accessAt, knownAccess } from './shown-access.ts'

/** How often it is looked whether something is over. */
const TURN_MS = 1000

/** After which a question counts as not answered. */
const ANSWER_MS = 10_000

type Question = Omit<AccessQuestion, 'all' | 'signal'>
type Stop = () => void

/**
 * What is said of the user around whom a page is. After `yesSeconds` and `noSeconds` an answer is asked for again; none is shown that
 * is older than `maxAgeSeconds`.
 */
export interface Page extends Omit<MemoryOptions, 'lastKnownSeconds'> {
  /** Who is signed in. What another user is answered is not shown. */
  readonly user: string
  /** `pageAccess(…)` of what the server was answered when it rendered the page: it is shown from the first moment on. */
  readonly initial?: PageAccess | null | undefined
}

/** What a page knows of its user, asked for again while somebody shows it. */
export class AccessStore {
  readonly #source: () => AccessSource
  readonly #user: string
  readonly #bounds: MemoryBounds
  readonly #initial: RememberedList | undefined
  /** Who is told, and of which feature. */
  readonly #readers = new Map<() => void, string>()
  readonly #views = new Map<string, ShownAccess>()
  #list: RememberedList | undefined
  /** Why the last question that came of itself was not answered. */
  #error: LedgerError | undefined
  #failures = 0
  #askedAt: Moment | undefined
  #asking: AbortController | undefined

  constructor({ user, initial, ...options }: Page, source: () => AccessSource) {
    this.#source = source
    this.#user = user
    this.#bounds = boundsOf(options)
    if (initial?.userId === user) this.#initial = listOf(initial, CLOCK())
    this.#list = this.#initial
  }

  /** From now on what is shown is asked for again, until it is stopped. */
  start(): Stop {
    this.#askedAt = undefined
    this.#turn()
    const timer = setInterval(() => this.#turn(), TURN_MS)
    return () => {
      clearInterval(timer)
      this.#asking?.abort()
      this.#asking = undefined
    }
  }

  /** Tells whenever what is known of a feature may have changed. */
  subscribe(feature: string, tell: () => void): Stop {
    this.#readers.set(tell, feature)
    this.#turn()
    return () => this.#readers.delete(tell)
  }

  /** What is known of a feature now: the same object for as long as it says the same. */
  view(feature: string): ShownAccess {
    return this.#same(feature, this.#look(feature).access)
  }

  /** What was known when the page was rendered: whatever time it is, the browser begins with the same. */
  firstView(feature: string): ShownAccess {
    return this.#initial ? this.#same(feature, knownAccess(this.#initial.of(feature).check)) : PENDING
  }

  /** For `useRefresh`. */
  readonly refresh = async (minVersion = 0): Promise<void> => {
    await this.ask({ minVersion })
  }

  /** Asks now, and shows what is answered. Throws `LedgerError` where nothing is. */
  async ask(question: Question = {}, gone?: AbortSignal): Promise<RememberedList> {
    const sentAt = CLOCK()
    this.#askedAt = sentAt
    // What was seen once is not unseen, whoever answers next.
    const minVersion = Math.max(question.minVersion ?? 0, this.#list?.version ?? 0)
    try {
      const access = await this.#within(gone, (source, signal) =>
        source.access({ ...question, all: true, minVersion, signal }),
      )
      if (access.userId !== this.#user || !access.answeredAtMs) throw new LedgerError({})
      const list = listOf(access, sentAt)
      // An answer that was overtaken by that to a later question is of the past.
      if ((this.#list?.sentAt.steady ?? 0) <= sentAt.steady) this.#list = list
      this.#error = undefined
      this.#failures = 0
      this.#tell()
      return list
    } catch (error) {
      // As after a restore to an earlier moment: the version that was seen is no more.
      if ((error as LedgerError).code === 'version_unknown') this.#list = undefined
      throw error
    }
  }

  /** What has become of a purchase; nothing where nobody can be asked after it. Throws `LedgerError`. */
  purchase(asked: PurchaseAsked, gone: AbortSignal): Promise<PurchaseAnswer | undefined> {
    return this.#within(gone, async (source, signal) => source.purchase?.(asked, { signal }))
  }

  #within<Answer>(
    gone: AbortSignal | undefined,
    ask: (source: AccessSource, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const deadline = new Deadline(ANSWER_MS, gone)
    return deadline.within(() => ask(this.#source(), deadline.signal))
  }

  #tell(): void {
    for (const tell of this.#readers.keys()) tell()
  }

  /** Tells what time has changed, and asks for what is over, if somebody looks. */
  #turn(): void {
    this.#tell()
    // After it failed the source is left alone, ever longer, and for as long as it wants.
    const restMs = Math.max(intervalMs(this.#failures), this.#error?.retryAfterMs ?? 0)
    const isLeftAlone = this.#askedAt && msSince(this.#askedAt, CLOCK()) < restMs
    if (this.#asking || isLeftAlone || isHidden()) return
    if ([...this.#readers.values()].some((feature) => this.#look(feature).isOver)) void this.#renew()
  }

  async #renew(): Promise<void> {
    const asking = new AbortController()
    this.#asking = asking
    await this.ask({}, asking.signal).catch((error: LedgerError) => {
      if (asking.signal.aborted) return
      this.#failures += 1
      this.#error = error
      this.#tell()
    })
    if (this.#asking === asking) this.#asking = undefined
  }

  #look(feature: string) {
    return accessAt(CLOCK(), this.#list, feature, this.#bounds, this.#error)
  }

  #same(feature: string, view: ShownAccess): ShownAccess {
    const before = this.#views.get(feature)
    if (JSON.stringify(before) === JSON.stringify(view)) return before as ShownAccess
    this.#views.set(feature, view)
    return view
  }
}

/** A list that was asked for at a moment. */
function listOf(body: PageAccess, sentAt: Moment): RememberedList {
  return new RememberedList({ body, at: body.answeredAtMs }, sentAt)
}

/** Whether nobody looks; where React runs without a document, somebody does. */
function isHidden(): boolean | undefined {
  return (globalThis as { readonly document?: { readonly hidden: boolean } }).document?.hidden
}
