import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deployObstacles, deployWarnings } from '../../scripts/deploy/obstacles.mjs'
import { wranglerConfig } from './wrangler-config.mjs'

const ISSUER = {
  JWT_ISSUER: 'https://login.acme.test/',
  JWT_AUDIENCE: 'ledger',
  JWT_ALGORITHMS: 'RS256',
  JWT_JWKS_URL: 'https://login.acme.test/jwks.json',
}

function configured(vars) {
  const config = wranglerConfig()
  return { ...config, vars: { ...config.vars, ...vars } }
}

describe('before a deployment', () => {
  it('nothing stands in the way of wrangler.toml with an issuer and CHECKOUT_MODE = "live"', async () => {
    const config = configured({ ...ISSUER, CHECKOUT_MODE: 'live' })
    expect(await deployObstacles(config)).toEqual([])
    expect(deployWarnings(config)).toEqual([])
  })

  it('the README names, in six lines, all that has to be set', async () => {
    const [, section] = readFileSync('README.md', 'utf8').split('\n## Deploy\n')
    const lines = section.split('\n## ')[0].match(/^\d\. .+$/gm)
    expect(lines).toHaveLength(6)
    for (const told of [...Object.keys(ISSUER), 'CHECKOUT_MODE = "live"']) expect(lines[2]).toContain(told)
  })

  it('all that is missing is told at once, in the words of the Worker', async () => {
    const [found, ...others] = await deployObstacles(configured({ CHECKOUT_MODE: 'prod' }))
    expect(others).toEqual([])
    for (const told of [
      '[vars]',
      'JWT_ISSUER is missing',
      'JWT_AUDIENCE is missing',
      'JWT_JWKS_URL or JWT_JWKS is missing',
      'CHECKOUT_MODE is none of live, test',
    ])
      expect(found).toContain(told)
  })

  it('an environment is told by its name', async () => {
    const staging = { ...configured({}), targetEnvironment: 'staging' }
    expect(await deployObstacles(staging)).toEqual([expect.stringContaining('[env.staging.vars]')])
  })

  it('what stands for something else is told: ids of nothing, and an issuer that is the example', async () => {
    const d1_databases = [{ binding: 'DB', database_id: '00000000-0000-0000-0000-000000000000' }]
    const kv_namespaces = [{ binding: 'KV', id: '0'.repeat(32) }]
    const vars = { ...ISSUER, JWT_ISSUER: 'https://login.example.com/' }
    const found = await deployObstacles({ ...configured(vars), d1_databases, kv_namespaces })
    expect(found).toHaveLength(3)
    expect(found.join('\n')).toMatch(/DB[^]*KV[^]*JWT_ISSUER/)
  })

  it('what is wrong with one of several issuers is told before anything is deployed', async () => {
    const listed = [{ preset: 'clerk', issuer: 'https://clerk.shop.test', audience: 'shop', colour: 'red' }]
    const [found] = await deployObstacles(configured({ JWT_ISSUERS: listed }))
    expect(found).toContain('colour')
  })

  it('a secret that the variables ask for is not missed where nobody can know of it', async () => {
    const vars = { ...ISSUER, CHECKOUT_NAMING: 'paddle=signed' }
    expect(await deployObstacles(configured(vars))).toEqual([])
  })

  it('test mode is warned of', () => {
    expect(deployWarnings(configured({ CHECKOUT_MODE: 'test' }))[0]).toContain('quarantined')
  })
})
