import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const scripts = JSON.parse(readFileSync('scripts/package.json', 'utf8'))

describe('The lock file', () => {
  it.each(['wrangler', 'miniflare', 'workerd'])('has one %s, which serves, tests and measures', (name) => {
    expect(Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([
      `node_modules/${name}`,
    ])
  })

  it('has for `npm start` what the scripts need of the dev-dependencies, in the version of those', () => {
    for (const name of Object.keys(scripts.dependencies)) {
      expect(packages[`node_modules/${name}`]).not.toHaveProperty('dev')
      expect(packages[`node_modules/${name}`].version).toBe(packages[''].devDependencies[name])
    }
  })

  it.each(['vitest', '@cloudflare/vitest-pool-workers', 'stripe', 'oxlint', 'typescript'])(
    'has %s for the tests alone',
    (name) => {
      expect(packages[`node_modules/${name}`]).toHaveProperty('dev', true)
    },
  )
})
