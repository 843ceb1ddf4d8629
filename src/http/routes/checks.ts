import type { Hono } from 'hono'
import { problemOf } from '../../contract/problems.ts'
import type { Access } from '../../domain/access.ts'
import { accessFrom } from '../../domain/snapshot.ts'
import type { Demand } from '../../edge/freshness.ts'
import { type Evaluation, LedgerUnavailable, type Reading, VersionUnknown } from '../../edge/reader.ts'
import type { HttpContext, HttpEnv } from '../context.ts'
import { HttpProblem } from '../http-problem.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'
import { accessToWire, checkToWire, freshnessToWire } from '../wire.ts'

/** May this user use this feature? One, all of a user, many at once. */
export function checks(app: Hono<HttpEnv>, services: Services): void {
  const { reader } = services

  route(app, services, 'checkAccess', async ({ params: { userId, feature }, query }, c) => {
    const reading = await read(reader.read(userId, demandOf(query), ofFeature(feature)))
    return answer(c, userId, reading, checkToWire(userId, feature, reading))
  })

  route(app, services, 'listAccess', async ({ params: { userId }, query }, c) => {
    const reading = await read(reader.read(userId, demandOf(query), ofAllFeatures))
    const features = reading.answer.map(({ feature, access }) => accessToWire(feature, access))
    return answer(c, userId, reading, { userId, features, ...freshnessToWire(reading) })
  })

  route(app, services, 'checkMany', async ({ body }, c) => {
    const sources = new Set<string>()
    const results = await Promise.all(
      body.checks.map(async ({ userId, feature, minVersion }) => {
        try {
          const demand = demandOf({ ...body, minVersion })
          const reading = await read(reader.read(userId, demand, ofFeature(feature)))
          sources.add(reading.source)
          return checkToWire(userId, feature, reading)
        } catch (error) {
          if (!(error instanceof HttpProblem)) throw error
          return problemOf(error.code, c.get('requestId'), error.facts)
        }
      }),
    )
    c.set('checked', { userId: null, sources: [...sources] })
    return Response.json({ results }, { headers: NOT_TO_BE_STORED })
  })
}

/** Answers differ by user and by the moment: no cache between here and the caller may keep one. */
export const NOT_TO_BE_STORED = { 'Cache-Control': 'private, no-store' }

/** The question of a check. */
export function ofFeature(feature: string): Evaluation<Access> {
  return (snapshot, now) => {
    const access = accessFrom(snapshot, feature, now)
    return { answer: access, isYes: access.allowed }
  }
}

/** A list says no of every feature that is not in it: so it has to be as fresh as a "no". */
const ofAllFeatures: Evaluation<readonly { feature: string; access: Access }[]> = (snapshot, now) => ({
  answer: Object.keys(snapshot.features).map((feature) => ({
    feature,
    access: accessFrom(snapshot, feature, now),
  })),
  isYes: false,
})

function demandOf(query: {
  consistency?: 'cached' | 'strong' | undefined
  maxAge?: number | undefined
  minVersion?: number | undefined
}): Demand {
  return {
    strong: query.consistency === 'strong',
    maxAgeMs: query.maxAge === undefined ? Infinity : query.maxAge * 1000,
    minVersion: query.minVersion ?? 0,
  }
}

async function read<Answer>(reading: Promise<Reading<Answer>>): Promise<Reading<Answer>> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof LedgerUnavailable) throw new HttpProblem('ledger_unavailable')
    if (error instanceof VersionUnknown) {
      const { version } = error
      throw new HttpProblem('version_unknown', { detail: `The newest version is ${version}`, version })
    }
    throw error
  }
}

function answer(c: HttpContext, userId: string, reading: Reading<unknown>, body: object): Response {
  c.set('checked', { userId, sources: [reading.source] })
  return Response.json(body, { headers: NOT_TO_BE_STORED })
}
