import { ProblemError } from '../../../src/app/problems/problem-error.ts'
import { submitCommand } from '../../../src/app/changes/submit-command.ts'
import type { StoredAnswer } from '../../../src/ledger/submission.ts'
import { Violation, promise } from '../violation.ts'
import type { Objects } from '../world/objects.ts'
import { Life } from '../world/schedule.ts'
import type { Surroundings } from '../world/surroundings.ts'
import { type Wish, wishes, wishesOfMoved } from './wishes.ts'
import { type Deed, isDenied, isOpen } from './deed.ts'
import { Knowledge } from './knowledge.ts'

/** Problems after which the client knows that nothing of this attempt was recorded. */
const NOT_RECORDED = new Set(['overloaded', 'ledger_unavailable'])

/** Answers that are not kept for a key. */
const NOT_KEPT = new Set([412])

/** Clients of some users, who want things and remember what they were told. */
export class Clients {
  readonly deeds: Deed[] = []
  readonly #around: Surroundings
  readonly #objects: Objects
  readonly #tick: () => number
  readonly #wishes: typeof wishes
  readonly #knowledge: ReadonlyMap<string, Knowledge>

  /** `wanted`: what they want where it is not what clients want of as many users. */
  constructor(
    around: Surroundings,
    objects: Objects,
    userIds: readonly string[],
    tick: () => number,
    wanted?: typeof wishes,
  ) {
    this.#around = around
    this.#objects = objects
    this.#tick = tick
    this.#wishes = wanted ?? (userIds.length > 1 ? wishesOfMoved : wishes)
    this.#knowledge = new Map(userIds.map((userId) => [userId, new Knowledge()]))
  }

  /** The newest version that a client of this user was told of. */
  versionOf(userId: string): number {
    return this.#knowledge.get(userId)?.version ?? 0
  }

  get open(): readonly Deed[] {
    return this.deeds.filter(isOpen)
  }

  /** Begins to ask for something. */
  async wish(): Promise<void> {
    const { random, faults } = this.#around
    const [userId, knowledge] = random.of([...this.#knowledge])
    const key = `${userId}-key-${this.deeds.length}`
    const wish: Wish = await random.weighted(this.#wishes).make({ userId, key, knowledge, random })
    const deed: Deed = {
      ...wish,
      key: wish.isKeyless === true ? null : key,
      invokedAt: this.#tick(),
      returnedAt: Infinity,
      answer: null,
      firstAnswer: null,
      attempts: 0,
      underWay: 0,
      isInDoubt: false,
      isGivenUp: false,
    }
    this.deeds.push(deed)
    const isTwice = deed.key !== null && faults.strikes('client: sends the same request at the same time')
    await Promise.all([this.ask(deed), ...(isTwice ? [this.ask(deed)] : [])])
  }

  /** Asks for something, for the first time or again. */
  async ask(deed: Deed): Promise<void> {
    deed.attempts += 1
    deed.underWay += 1
    try {
      const answer = await submitCommand(this.#objects.of(new Life()), deed.asked, {
        door: 'api',
        requestId: `${deed.key ?? 'request'}-${deed.attempts}`,
        actor: 'somebody',
        idempotencyKey: deed.key ?? undefined,
        ifVersion: deed.ifVersion,
      })
      this.#answered(deed, answer)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      if (!NOT_RECORDED.has(error.code)) deed.isInDoubt = true
    } finally {
      deed.underWay -= 1
      if (isDenied(deed) && deed.answer === null) deed.isGivenUp = this.#around.random.chance(0.5)
    }
  }

  #answered(deed: Deed, answer: StoredAnswer): void {
    promise(answer.status < 500, () => `A command was answered ${answer.status}: ${answer.body}`)
    if (deed.key !== null && !NOT_KEPT.has(answer.status)) {
      const first = (deed.firstAnswer ??= answer)
      promise(
        first.status === answer.status && first.body === answer.body,
        () => `The key ${deed.key} was answered twice: ${first.body} and then ${answer.body}`,
      )
    }
    if (this.#around.faults.strikes('client: hangs up and retries later')) {
      deed.isInDoubt = true
      return
    }
    if (deed.answer !== null) return
    deed.answer = answer
    deed.returnedAt = this.#tick()
    const knowledge = this.#knowledge.get(deed.asked.userId)
    if (knowledge === undefined) throw new Violation('Somebody else’s answer')
    knowledge.learn(deed)
  }
}
