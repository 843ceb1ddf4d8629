import type { Faults } from '../faults.ts'
import type { Random } from '../random.ts'
import type { Clock } from './clock.ts'
import type { Schedule } from './schedule.ts'

/** What everything of one world shares. */
export interface Surroundings {
  readonly random: Random
  readonly faults: Faults
  readonly clock: Clock
  readonly schedule: Schedule
}
