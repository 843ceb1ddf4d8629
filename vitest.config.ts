import { generateKeyPairSync } from 'node:crypto'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { sourceAsOne } from './tools/source-as-one.mjs'

// A key for this run only: the Worker under test knows its public half, the tests sign with the private one.
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ofPassports = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
const passportKey = { kid: 'passports', role: 'signing', ...ofPassports }
const named = { kid: 'test', alg: 'ES256', use: 'sig' }

/** The example as its own `wrangler.toml` has it, bound to the Worker under test under the name that the pool gives it. */
async function gatedWorker(project: string) {
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler')
  const { workerOptions } = unstable_getMiniflareWorkerOptions('examples/gated-worker/wrangler.toml')
  const { compatibilityDate, serviceBindings } = workerOptions
  const ledger = serviceBindings.ENTITLEMENTS
  const name = ledger.name === 'entitlement-ledger' ? `vitest-plugin-runner-${project}` : ledger.name
  return {
    name: 'gated-worker',
    compatibilityDate,
    modules: [{ type: 'ESModule', path: 'examples/gated-worker/src/index.js' }],
    serviceBindings: { ENTITLEMENTS: { ...ledger, name } },
  }
}

/** What tests and the Worker import, or tests alone, by the names that they import. */
const LIBRARIES = [
  '@cfworker/json-schema',
  'canonicalize',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/errors',
  'drizzle-orm/sqlite-core',
  'fast-check',
  'jose',
]

/** What the Worker alone imports. */
const OWN_LIBRARIES = ['@hono/zod-validator', 'hono', 'hono/html', 'zod']

const BROKEN_BUILDS = ['test/tools/simulation/broken/*.test.ts']

/**
 * Lives and simulations first: they take longest, and what is begun last leaves a core idle. Else files go by their size, where
 * no run before told how long they take.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- of vitest, not of an array
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/test/tools/')
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/** Real D1, KV and Durable Objects in workerd; each file has its own. */
function workerd(project: string, mode: string) {
  return cloudflareTest(async () => ({
    wrangler: { configPath: './wrangler.toml' },
    // Else the runtime says of every refusal that is thrown to another Worker that nobody caught it.
    verbose: false,
    miniflare: {
      workers: [await gatedWorker(project)],
      serviceBindings: { GATED_WORKER: 'gated-worker' },
      ratelimits: {
        TEST_RATE_LIMIT_READS: { namespace_id: '1', simple: { limit: 3, period: 60 } },
        TEST_RATE_LIMIT_WRITES: { namespace_id: '2', simple: { limit: 2, period: 60 } },
      },
      bindings: {
        JWT_ISSUER: 'https://issuer.test',
        JWT_AUDIENCE: 'entitlement-ledger',
        JWT_ALGORITHMS: 'ES256',
        JWT_JWKS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...named }] }),
        // What wrangler.toml tells a deployment, and .dev.vars the local server, is not for the tests.
        JWT_ISSUERS: '',
        JWT_JWKS_URL: '',
        CORS_ORIGINS: '',
        CHECKOUT_MODE: 'test',
        PASSPORT_ISSUER: 'https://ledger.test',
        PASSPORT_KEYS: JSON.stringify({ keys: [passportKey] }),
        TEST_SIGNING_KEY: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...named }),
        TEST_MIGRATIONS: await readD1Migrations('./migrations'),
        TEST_FUZZ_RUNS: process.env.FUZZ_RUNS ?? (mode === 'whole' ? '100' : '16'),
      },
    },
  }))
}

const source = sourceAsOne({ shared: LIBRARIES })

export default defineConfig(({ mode }) => ({
  test: {
    silent: 'passed-only',
    // A machine that is busy is no failure.
    testTimeout: 30_000,
    // A job that goes on after its test may still write a line of log, or import a file: what would have come of it proves
    // nothing.
    onUnhandledError: ({ name }) => name !== 'EnvironmentTeardownError',
    // Else one core is left to itself, which on a machine with two is half of it.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Rules, with the moment handed in: no runtime but JavaScript itself.
        extends: true,
        test: {
          name: 'pure',
          // What is loaded once serves all files: none leaves anything behind for another.
          isolate: false,
          include: [
            'test/{domain,contract,config,structure,tools/lives}/**/*.test.ts',
            'test/{client,docs}/*.test.ts',
            'test/client/{react,hono,testing,passport,openfeature}/**/*.test.ts',
            'test/checkout/{providers,signatures,facts,what-happens}/**/*.test.ts',
            'test/{scripts,structure}/*.test.mjs',
          ],
        },
      },
      {
        // All else runs in workerd.
        extends: true,
        plugins: [source.plugin, workerd('worker', mode)],
        test: {
          name: 'worker',
          // Each file starts anew, and would ask for the hundreds of files of these one by one.
          deps: { optimizer: { ssr: { enabled: true, include: LIBRARIES } } },
          include: [
            'test/{app,attack,catalog,cost,edge,http,inbox,keeper,ledger,owners,platform,rpc,schema,tools/simulation}/**/*.test.ts',
            'test/checkout/{admission,jobs,processing,receiving}/**/*.test.ts',
            'test/{client,docs}/worker/*.test.ts',
          ],
          exclude: BROKEN_BUILDS,
          onStackTrace: source.onStackTrace,
          setupFiles: ['test/support/apply-migrations.ts'],
        },
      },
      {
        // A broken build has another file in the place of one of `src`, which therefore is not one module here.
        extends: true,
        plugins: [workerd('broken', mode)],
        test: {
          name: 'broken',
          deps: { optimizer: { ssr: { enabled: true, include: [...LIBRARIES, ...OWN_LIBRARIES] } } },
          include: BROKEN_BUILDS,
          setupFiles: ['test/support/apply-migrations.ts'],
        },
      },
    ],
  },
}))
