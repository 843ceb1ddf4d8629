import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { passportVariables } from '../../src/config/passports/passport-variables.ts'

let folder
let file
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'passport-keys-'))
  file = path.join(folder, 'keys.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/passport-key.mjs', '--file', file, ...args],
    { encoding: 'utf8' },
  )
  return { status, said: `${stdout}${stderr}` }
}

/** The keys that the ledger would read from the file, by role. */
function taken() {
  const keys = readFileSync(file, 'utf8')
  const ages = { allowMaxAgeMs: 600_000, valueMaxAgeMs: 600_000 }
  const { settings, problems } = passportVariables({ issuer: 'https://ledger.test', keys, ...ages })
  expect(problems).toEqual([])
  return Object.fromEntries(settings.keys.map(({ role, kid, d }) => [role, { kid, isPrivate: d !== null }]))
}

/** As if the step before was a quarter of an hour ago. */
function quarterOfAnHourPasses() {
  const known = JSON.parse(readFileSync(file, 'utf8'))
  const changedAt = new Date(Date.parse(known.changedAt) - 15 * 60_000).toISOString()
  writeFileSync(file, JSON.stringify({ ...known, changedAt }))
}

describe('npm run passport-key', () => {
  it('makes a key that signs, for its owner alone, and says how the ledger gets it', () => {
    const { status, said } = run()
    expect(status).toBe(0)
    expect(taken()).toEqual({ signing: { kid: expect.any(String), isPrivate: true } })
    expect(statSync(file).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
    expect(said).toContain(`cat ${file} | npx wrangler secret put PASSPORT_KEYS`)
    // A key without an issuer is misconfigured, an issuer without a key is not.
    expect(said).toMatch(/PASSPORT_ISSUER = [^]*secret put PASSPORT_KEYS/)
    const [{ d }] = JSON.parse(readFileSync(file, 'utf8')).keys
    expect(said).not.toContain(d)
  })

  it('changes it step by step: announced, then it signs, then the one before is dropped', () => {
    run()
    const { signing: first } = taken()
    quarterOfAnHourPasses()
    expect(run().said).toContain('signs nothing yet')
    const { announced, ...others } = taken()
    expect(others).toEqual({ signing: first })
    expect(announced).toEqual({ kid: expect.any(String), isPrivate: true })
    quarterOfAnHourPasses()
    run()
    expect(taken()).toEqual({ signing: announced, retired: { kid: first.kid, isPrivate: false } })
    quarterOfAnHourPasses()
    expect(run().said).toContain('The change is done')
    expect(taken()).toEqual({ signing: announced })
  })

  it('takes no step before the one before is known everywhere, and changes nothing', () => {
    run()
    const before = readFileSync(file, 'utf8')
    expect(run()).toEqual({ status: 1, said: expect.stringContaining('not everywhere yet') })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('takes stolen keys out at once, for a new one: whoever has one of the file has all', () => {
    run()
    quarterOfAnHourPasses()
    run()
    const { signing: stolen, announced } = taken()
    expect(run('--stolen').status).toBe(0)
    const { signing, ...others } = taken()
    expect(others).toEqual({})
    expect([stolen.kid, announced.kid]).not.toContain(signing.kid)
  })

  it.each(['{}', 'not JSON', '{"changedAt":"2026-11-30T00:00:00.000Z","keys":[]}'])(
    'overwrites no file that holds %s',
    (text) => {
      writeFileSync(file, text)
      expect(run()).toEqual({ status: 1, said: expect.stringContaining('none that') })
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )

  it('makes one in the place of a stolen one also where the file is not, as it was stolen with the machine', () => {
    expect(run('--stolen')).toEqual({ status: 0, said: expect.stringContaining('secret put PASSPORT_KEYS') })
    expect(taken()).toEqual({ signing: { kid: expect.any(String), isPrivate: true } })
  })

  it('puts no key where Git would take it along', () => {
    const tracked = 'docs/a-key-that-must-not-be.json'
    expect(run('--file', tracked)).toEqual({
      status: 1,
      said: expect.stringContaining('Git does not ignore'),
    })
    expect(existsSync(tracked)).toBe(false)
  })
})
