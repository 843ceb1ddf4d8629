import type { D1Migration } from 'cloudflare:test'
import type { Env } from '../../src/worker.ts'

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      readonly TEST_SIGNING_KEY: string
      readonly TEST_MIGRATIONS: D1Migration[]
      /** How many requests each operation is asked. */
      readonly TEST_FUZZ_RUNS: string
      readonly GATED_WORKER: Fetcher
      /** Of three in a minute, and of two. */
      readonly TEST_RATE_LIMIT_READS: RateLimit
      readonly TEST_RATE_LIMIT_WRITES: RateLimit
    }
    interface GlobalProps {
      mainModule: typeof import('../../src/worker.ts')
    }
  }
}

type WorkerEnv = Env
