import { describe, expect, it } from 'vitest'
import { missingPackages } from '../../scripts/missing-packages.mjs'

const WANTED = {
  '': { version: '4.0.0' },
  scripts: { name: 'a-workspace' },
  'node_modules/hono': { version: '4.13.19' },
  'node_modules/vitest': { version: '4.1.12', dev: true },
  'node_modules/types': { version: '5.0.0', devOptional: true },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
}
const TO_START = { 'node_modules/hono': { version: '4.13.19' } }
const onDisk = { isOnDisk: () => true }

describe('What is missing', () => {
  it('is all but what other platforms need, in a fresh clone', () => {
    expect(missingPackages(WANTED, {}, { withDev: true, ...onDisk })).toEqual([
      'node_modules/hono',
      'node_modules/vitest',
      'node_modules/types',
    ])
  })

  it('is what only tests need, once the server was started', () => {
    expect(missingPackages(WANTED, TO_START, { withDev: false, ...onDisk })).toEqual([])
    expect(missingPackages(WANTED, TO_START, { withDev: true, ...onDisk })).toEqual([
      'node_modules/vitest',
      'node_modules/types',
    ])
  })

  it('is what is there in another version, or was removed by hand', () => {
    const older = { 'node_modules/hono': { version: '4.0.0' } }
    const isOnDisk = () => false
    expect(missingPackages(WANTED, older, { withDev: false, ...onDisk })).toEqual(['node_modules/hono'])
    expect(missingPackages(WANTED, TO_START, { withDev: false, isOnDisk })).toEqual(['node_modules/hono'])
  })
})
