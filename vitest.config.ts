import { generateKeyPairSync } from 'node:crypto'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

// A key for this run only: the Worker under test knows its public half, the tests sign with the private one.
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const named = { kid: 'test', alg: 'ES256', use: 'sig' }

export default defineConfig({
  test: {
    silent: 'passed-only',
    projects: [
      {
        // Rules, with the moment handed in: no runtime but JavaScript itself.
        test: {
          name: 'pure',
          include: [
            'test/{domain,contract,edge,structure}/**/*.test.ts',
            'test/checkout/{providers,signatures,facts}/**/*.test.ts',
          ],
        },
      },
      {
        // All else runs in workerd, with real D1, KV and Durable Objects. Each file has its own.
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                JWT_ISSUER: 'https://issuer.test',
                JWT_AUDIENCE: 'entitlement-ledger',
                JWT_ALGORITHMS: 'ES256',
                JWT_JWKS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...named }] }),
                TEST_SIGNING_KEY: JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...named }),
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: [
            'test/{ledger,http,read-path}/**/*.test.ts',
            'test/checkout/{inbox,sources}/**/*.test.ts',
          ],
          setupFiles: ['test/support/apply-migrations.ts'],
        },
      },
    ],
  },
})
