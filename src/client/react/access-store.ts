import { type Moment, msSince } from '../clock.ts'
import type { LedgerError } from '../ledger-error.ts'
import type { PageAccess } from '../page-access.ts'
import { RememberedList } from '../remembered-list.ts'
import { type ShownAccess, PENDING, type PageBounds, accessAt, knownAccess } from './shown-access.ts'
import type { AccessQuestion, AccessSource } from './access-source.ts'
import { intervalMs } from './intervals.ts'
import { within } from './within.ts'
import type { Stop, World } from './world.ts'

/** How often it is looked whether something is over. */
const TURN_MS = 1000

/** After which a question counts as not answered. */
const ANSWER_MS = 10_000

type Question = Omit<AccessQuestion, 'all' | 'signal'>

/** What is said of the user around whom a page is. */
export interface Page extends PageBounds {
  /** Who is signed in. What another user is answered is not shown. */
  readonly user: string
  /** `pageAccess(…)` of what the server was answered when it rendered the page: it is shown from the first moment on. */
  readonly initial?: PageAccess | undefined
}

/** What a page knows of its user, asked for again while somebody shows it. */
export class AccessStore {
  readonly source: () => AccessSource
  readonly world: World
  readonly #page: Page
  readonly #initial: RememberedList | null
  /** Who is told, and of which feature. */
  readonly #readers = new Map<() => void, string>()
  readonly #views = new Map<string, ShownAccess>()
  #list: RememberedList | null
  /** Why the last question that came of itself was not answered. */
  #error: unknown = null
  #failures = 0
  #askedAt: Moment | null = null
  #asking: AbortController | null = null

  constructor(page: Page, source: () => AccessSource, world: World) {
    const { user, initial } = page
    this.source = source
    this.world = world
    this.#page = page
    this.#initial = initial?.userId === user ? listOf(initial, world.clock()) : null
    this.#list = this.#initial
  }

  /** From now on what is shown is asked for again, until it is stopped. */
  start(): Stop {
    let stop: Stop
    const turn = () => {
      this.#turn()
      stop = this.world.after(TURN_MS, turn)
    }
    this.#askedAt = null
    turn()
    return () => {
      stop()
      this.#asking?.abort()
      this.#asking = null
    }
  }

  /** Tells whenever what is known of a feature may have changed. */
  subscribe(feature: string, tell: () => void): Stop {
    const reader = () => tell()
    this.#readers.set(reader, feature)
    this.#turn()
    return () => {
      this.#readers.delete(reader)
    }
  }

  /** What is known of a feature now: the same object for as long as it says the same. */
  view(feature: string): ShownAccess {
    return this.#same(feature, this.#look(feature).access)
  }

  /** What was known when the page was rendered: whatever time it is, the browser begins with the same. */
  firstView(feature: string): ShownAccess {
    return this.#initial ? this.#same(feature, knownAccess(this.#initial.of(feature).check)) : PENDING
  }

  /** Asks now, and shows what is answered. Rejects where nothing is. */
  async ask(gone: AbortSignal, { minVersion = 0, ...question }: Question = {}): Promise<RememberedList> {
    const sentAt = this.world.clock()
    this.#askedAt = sentAt
    // What was seen once is not unseen, whoever answers next.
    const least = Math.max(minVersion, this.#list?.version ?? 0)
    const asked = { all: true, ...question, ...(least && { minVersion: least }) } as const
    try {
      const access = await within(
        ANSWER_MS,
        (signal) => this.source().access({ ...asked, signal }),
        this.world,
        gone,
      )
      if (access.userId !== this.#page.user || !access.answeredAtMs)
        throw new Error('No list of this user’s access')
      const list = listOf(access, sentAt)
      const now = this.world.clock()
      // An answer that was overtaken by that to a later question is of the past.
      if (!(this.#list && msSince(this.#list.sentAt, now) < msSince(sentAt, now))) this.#list = list
      this.#error = null
      this.#failures = 0
      this.#tell()
      return list
    } catch (error) {
      // As after a restore to an earlier moment: the version that was seen is no more.
      if ((error as LedgerError).code === 'version_unknown') this.#list = null
      throw error
    }
  }

  #tell(): void {
    for (const tell of this.#readers.keys()) tell()
  }

  /** Tells what time has changed, and asks for what is over, if somebody looks. */
  #turn(): void {
    this.#tell()
    const isLeftAlone = this.#askedAt !== null && msSince(this.#askedAt, this.world.clock()) < this.#restMs()
    if (this.#asking !== null || isLeftAlone || this.world.isHidden()) return
    if ([...this.#readers.values()].some((feature) => this.#look(feature).isOver)) void this.#renew()
  }

  async #renew(): Promise<void> {
    const asking = new AbortController()
    this.#asking = asking
    await this.ask(asking.signal).catch((error: unknown) => {
      if (asking.signal.aborted) return
      this.#error = error
      this.#failures += 1
      this.#tell()
    })
    if (this.#asking === asking) this.#asking = null
  }

  /** How long the source is left alone after it failed: ever longer, and as long as it wants. */
  #restMs(): number {
    const wantedMs = (this.#error as LedgerError | null)?.retryAfterMs ?? 0
    return Math.max(intervalMs(this.#failures), wantedMs)
  }

  #look(feature: string) {
    return accessAt(this.world.clock(), this.#list, feature, this.#page, this.#error)
  }

  #same(feature: string, view: ShownAccess): ShownAccess {
    const before = this.#views.get(feature)
    if (before && before.error === view.error && JSON.stringify(before) === JSON.stringify(view))
      return before
    this.#views.set(feature, view)
    return view
  }
}

/** A list that was asked for at a moment. */
function listOf(body: PageAccess, sentAt: Moment): RememberedList {
  return new RememberedList({ body, at: body.answeredAtMs }, sentAt)
}
