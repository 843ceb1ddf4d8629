import { globSync } from 'node:fs'

const MODEL = 'test/domain/usage/model.test.ts'
const CHECKOUT = globSync('test/domain/purchases/*.test.ts')
const QUICK = globSync('test/domain/{values,entitlements,usage,user}/*.test.ts').filter(
  (file) => file !== MODEL,
)
const WRITE_PATH = [
  ...globSync('src/ledger/object/{,decisions/}*.ts'),
  'src/ledger/store/append.ts',
  'src/ledger/store/insert-rows.ts',
  'src/ledger/store/receipts/receipt.ts',
]

/**
 * What is mutated, and the tests that judge it: in rounds, the quick ones first, until one fails. Tests in workerd cost
 * seconds each, so of the write path only a sample is judged unless told otherwise.
 */
export const ROOMS = [
  {
    name: 'domain',
    project: 'pure',
    files: globSync('src/domain/{values,entitlements,usage,user}/*.ts').toSorted(),
    rounds: [
      { tests: QUICK, limitMs: 20_000 },
      { tests: [MODEL, ...CHECKOUT], limitMs: 60_000 },
    ],
    sample: Infinity,
  },
  {
    name: 'domain, purchases',
    project: 'pure',
    files: globSync('src/domain/purchases/*/*.ts').toSorted(),
    rounds: [
      { tests: [...CHECKOUT, 'test/domain/usage/taking-back.test.ts'], limitMs: 20_000 },
      { tests: ['test/checkout/facts/permutations.test.ts', MODEL], limitMs: 90_000 },
    ],
    sample: Infinity,
  },
  {
    name: 'write path',
    project: 'worker',
    files: WRITE_PATH,
    rounds: [
      {
        tests: [
          ...['concurrency', 'unknown-outcome', 'restart', 'overload', 'news'].map(
            (name) => `test/ledger/object/${name}.test.ts`,
          ),
          'test/ledger/store/proof/verify.test.ts',
        ],
        limitMs: 120_000,
      },
      {
        tests: [
          ...['idempotency', 'if-match', 'problems'].map((name) => `test/http/${name}.test.ts`),
          ...['publishing', 'reloading', 'reserving', 'buying'].map(
            (name) => `test/app/usage/${name}.test.ts`,
          ),
          'test/app/entitlements/notes.test.ts',
          'test/ledger/object/settle.test.ts',
          'test/edge/publishing.test.ts',
        ],
        limitMs: 240_000,
      },
    ],
    sample: 40,
  },
]
