import type { UserId } from '../domain/values/ids.ts'
import type { Demand } from './freshness.ts'
import type { LookUp } from './look-up.ts'
import type { Reader } from './reader.ts'
import type { Evaluation, SnapshotReading } from './reading.ts'

/** What is asked of one user. */
interface Question<Answer> {
  readonly userId: UserId
  readonly demand: Demand
  readonly evaluation: Evaluation<Answer>
}

/** So many users without a copy are asked for at their objects; of more it is looked first who has a record at all. */
const OBJECTS_ASKED_AT_ONCE = 10

/**
 * Answers many questions, in their order, each with what `Reader.read` answers or throws. Each user is looked for once,
 * however often they are named; and of many users of whom nothing is recorded one question to D1 tells, and no object.
 */
export async function readMany<Answer>(
  reader: Reader,
  questions: readonly Question<Answer>[],
): Promise<readonly PromiseSettledResult<SnapshotReading<Answer>>[]> {
  const remembered = questions.map(({ userId, demand, evaluation }) =>
    reader.remembered(userId, demand, evaluation),
  )
  if (remembered.every((reading) => reading !== null)) {
    return remembered.map((value) => ({ status: 'fulfilled', value }))
  }
  const open = questions.filter((_question, index) => remembered[index] === null)
  const lookUps = await lookForAll(reader, open)
  return Promise.allSettled(
    questions.map(async ({ userId, demand, evaluation }, index) => {
      const lookUp = lookUps.get(userId)
      const known = remembered[index] ?? null
      if (known !== null || lookUp === undefined) return known ?? reader.read(userId, demand, evaluation)
      return reader.readingFrom(lookUp, demand, evaluation)
    }),
  )
}

async function lookForAll<Answer>(
  reader: Reader,
  questions: readonly Question<Answer>[],
): Promise<ReadonlyMap<string, LookUp>> {
  const byUser = Map.groupBy(questions, ({ userId }) => userId)
  const mayBeCopies = [...byUser].flatMap(([userId, all]) => (ofAll(all).strong ? [] : [userId]))
  if (mayBeCopies.length > 1) reader.askKvForMany(mayBeCopies)
  const lookUps = new Map(
    await Promise.all(
      [...byUser].map(async ([userId, all]) => [userId, await reader.lookFor(userId, ofAll(all))] as const),
    ),
  )
  const without = [...lookUps].flatMap(([userId, { copy }]) => (copy === null ? [userId] : []))
  if (without.length > OBJECTS_ASKED_AT_ONCE) {
    for (const nothing of await reader.unrecorded(without)) lookUps.get(nothing.userId)?.isTold(nothing)
  }
  return lookUps
}

/** The demand that is met where all are: they differ in the version that they know of, and in what they ask for. */
function ofAll<Answer>(questions: readonly Question<Answer>[]): Demand {
  return questions
    .map(({ demand }) => demand)
    .reduce((all, one) => ({
      ...(one.minVersion > all.minVersion ? one : all),
      ...featuresOf(all, one),
    }))
}

function featuresOf(a: Demand, b: Demand): Pick<Demand, 'features'> {
  if (a.features === undefined || b.features === undefined) return {}
  return { features: [...new Set([...a.features, ...b.features])] }
}
