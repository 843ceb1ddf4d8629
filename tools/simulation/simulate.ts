import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { FaultPoint } from './faults.ts'
import { Simulation } from './simulation.ts'
import { putCourse } from './workload/catalog.ts'
import type { Build } from './world/world.ts'

/** For each user. */
const STEPS = 120

const REAL: Build = { name: 'real' }

export interface Lived {
  readonly seed: number
  readonly operations: number
  readonly hits: ReadonlyMap<FaultPoint, number>
  /** What was broken, `null` when all promises were kept. */
  readonly violation: Error | null
  readonly story: readonly string[]
}

/** Lives through one seed, in a world of its own. */
export async function simulate(seed: number, build: Build = REAL): Promise<Lived> {
  // What an object imports when it is first needed is there already: how long that takes no seed decides.
  await import('../../src/ledger/object/writer.ts')
  // What other seeds left to be done is not this one’s to do: else it would not be the same when lived through alone.
  await putCourse(env.DB, false)
  await env.DB.exec(
    'DELETE FROM inbox; DELETE FROM inbox_waits; DELETE FROM changed_references; DELETE FROM source_moves; DELETE FROM handed_over; DELETE FROM source_references',
  )
  const state = await runInDurableObject(env.USERS.getByName('simulation'), (_object, own) => own)
  const simulation = new Simulation(seed, build, state)
  const violation = await simulation.run(STEPS).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  const { operations, hits, story } = simulation
  return { seed, operations, hits, violation, story }
}
