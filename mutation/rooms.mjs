import { globSync } from 'node:fs'

const MODEL = 'test/domain/usage/model.test.ts'
const CHECKOUT = globSync('test/domain/checkout/*.test.ts')
const QUICK = globSync('test/domain/{*,usage/*}.test.ts').filter((file) => file !== MODEL)
const LEDGER = [
  'plan',
  'draft',
  'append',
  'record',
  'writer',
  'group-queue',
  'turns',
  'publisher',
  'receipt',
  'draft-receipts',
]

/**
 * What is mutated, and the tests that judge it: in rounds, the quick ones first, until one fails. Tests in workerd cost
 * seconds each, so of the write path only a sample is judged unless told otherwise.
 */
export const ROOMS = [
  {
    name: 'domain',
    project: 'pure',
    files: globSync('src/domain/{*,usage/*}.ts').toSorted(),
    rounds: [
      { tests: QUICK, limitMs: 20_000 },
      { tests: [MODEL, ...CHECKOUT], limitMs: 60_000 },
    ],
    sample: Infinity,
  },
  {
    name: 'domain, checkout',
    project: 'pure',
    files: globSync('src/domain/checkout/*.ts').toSorted(),
    rounds: [
      { tests: [...CHECKOUT, 'test/domain/usage/taking-back.test.ts'], limitMs: 20_000 },
      { tests: ['test/checkout/facts/permutations.test.ts', MODEL], limitMs: 90_000 },
    ],
    sample: Infinity,
  },
  {
    name: 'write path',
    project: 'worker',
    files: LEDGER.map((name) => `src/ledger/${name}.ts`),
    rounds: [
      {
        tests: ['concurrency', 'unknown-outcome', 'restart', 'overload', 'verify', 'news'].map(
          (name) => `test/ledger/${name}.test.ts`,
        ),
        limitMs: 120_000,
      },
      {
        tests: [
          ...['idempotency', 'if-match', 'problems', 'notes'].map((name) => `test/http/${name}.test.ts`),
          ...['publishing', 'reloading', 'reserving', 'buying'].map((name) => `test/usage/${name}.test.ts`),
          'test/checkout/sources/settle.test.ts',
          'test/read-path/publishing.test.ts',
        ],
        limitMs: 240_000,
      },
    ],
    sample: 40,
  },
]
