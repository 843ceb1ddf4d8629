import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { aWorld } from './a-world.ts'
import { type DocumentedOperation, documentedOperations } from './documented-operations.ts'
import { requestsOf } from './request-arbitrary.ts'
import type { Known } from './schema-arbitrary.ts'

// A run that fails is made smaller for a while, and told with the seed that leads to it again.
const RUNS = { numRuns: Number(env.TEST_FUZZ_RUNS), timeout: 5000, interruptAfterTimeLimit: 40_000 }

// Called as it is: the way through the test pool takes longer with each request of a file.
const of = await anIsolate()

let world: Known
beforeAll(async () => {
  world = await aWorld()
})

// What takes away comes last, so that there is something until then.
const takesAway = ({ method }: DocumentedOperation) => Number(method === 'DELETE')
const operations = documentedOperations.toSorted((one, other) => takesAway(one) - takesAway(other))

const errors: string[] = []
beforeEach(() => {
  errors.length = 0
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line)))
})

describe.each(operations)('$id', (operation) => {
  it('answers whatever it is asked as documented, and has nothing to be sorry for', async () => {
    await fc.assert(
      fc.asyncProperty(requestsOf(operation, world), async ({ path, headers, body }) => {
        errors.length = 0
        const { status } = await ask(operation.method, path, { headers, body, of })
        expect(status).toBeLessThan(500)
        expect(errors).toEqual([])
      }),
      RUNS,
    )
  }, 60_000)
})

describe('what came of it', () => {
  it('is a ledger of each user that is whole, and can be read', async () => {
    for (const userId of world['UserId'] ?? []) {
      const of = `/v4/users/${String(userId)}`
      expect((await ask('GET', `${of}/ledger/verify`)).json).toMatchObject({ intact: true })
      for (const rest of [
        'entitlements',
        'ledger',
        'access?consistency=strong',
        'balances?consistency=strong',
      ]) {
        expect((await ask('GET', `${of}/${rest}`)).status).toBe(200)
      }
    }
  })
})
