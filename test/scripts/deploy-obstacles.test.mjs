import { describe, expect, it } from 'vitest'
import { deployObstacles, deployWarnings } from '../../scripts/deploy-obstacles.mjs'

const READY = {
  vars: {
    JWT_ISSUER: 'https://login.example.com/',
    JWT_AUDIENCE: 'ledger',
    JWT_ALGORITHMS: 'RS256',
    JWT_JWKS_URL: 'https://login.example.com/jwks.json',
    CHECKOUT_MODE: 'live',
  },
  d1_databases: [{ binding: 'DB', database_id: '3f2a9c0d-1b7e-4a5f-8c6d-2e1f0a9b8c7d' }],
  kv_namespaces: [{ binding: 'KV', id: '3f2a9c0d1b7e4a5f8c6d2e1f0a9b8c7d' }],
}

describe('before a deployment', () => {
  it('nothing stands in the way of a whole configuration', () => {
    expect(deployObstacles(READY)).toEqual([])
    expect(deployWarnings(READY)).toEqual([])
  })

  it('all that is missing is told at once, with what to do', () => {
    const d1 = { binding: 'DB', database_id: '00000000-0000-0000-0000-000000000000' }
    const kv = { binding: 'KV', id: '0'.repeat(32) }
    const found = deployObstacles({ vars: {}, d1_databases: [d1], kv_namespaces: [kv] })
    expect(found).toHaveLength(3)
    expect(found.join('\n')).toMatch(/d1 create[^]*kv namespace create[^]*JWT_ISSUER, JWT_AUDIENCE/)
  })

  it('several issuers stand for one, and a mode is one of two', () => {
    const vars = { JWT_ISSUERS: '[]', CHECKOUT_MODE: 'prod' }
    expect(deployObstacles({ ...READY, vars })).toEqual([expect.stringContaining('CHECKOUT_MODE is "prod"')])
    expect(deployWarnings({ vars: { CHECKOUT_MODE: 'test' } })[0]).toContain('quarantined')
  })
})
