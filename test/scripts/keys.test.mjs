import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configOf } from '../../src/config.ts'
import { OTHER_VARIABLES } from '../config/other-variables.ts'

const DAY_SECONDS = 86_400

let folder
let file
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'))
  file = path.join(folder, 'key.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** The variables that the command prints, as `wrangler.toml` reads them. */
function printedVars({ stdout }) {
  const lines = stdout.matchAll(/^([A-Z_]+) = (?:"([^"]*)"|'([^']*)')$/gm)
  return Object.fromEntries([...lines].map(([, name, text, literal]) => [name, text ?? literal]))
}

/** The claims of a token, where the ledger with these variables takes it. */
async function taken(token, vars) {
  expect(configOf({ ...OTHER_VARIABLES, ...vars })).toBeDefined()
  const { payload } = await jwtVerify(token.trim(), createLocalJWKSet(JSON.parse(vars.JWT_JWKS)), {
    issuer: vars.JWT_ISSUER,
    audience: vars.JWT_AUDIENCE,
    algorithms: [vars.JWT_ALGORITHMS],
    maxTokenAge: Number(vars.JWT_LIFETIME_MAX_SECONDS),
  })
  expect(payload.exp - payload.iat).toBeLessThanOrEqual(Number(vars.JWT_LIFETIME_MAX_SECONDS))
  return payload
}

describe('npm run keys', () => {
  it('prints what the ledger has to know, which takes a token of the key for as long as it says', async () => {
    const made = run('keys', '--file', file, '--days', '365')
    const token = run('token', '--key', file, '--scope', 'access:check', '--days', '365')
    const { iss, aud, sub, scope, iat, exp } = await taken(token.stdout, printedVars(made))
    expect({ iss, aud, sub, scope, seconds: exp - iat }).toEqual({
      iss: 'urn:entitlement-ledger:service',
      aud: 'entitlement-ledger',
      sub: 'service',
      scope: 'access:check',
      seconds: 365 * DAY_SECONDS,
    })
    const { keys } = JSON.parse(printedVars(made).JWT_JWKS)
    expect(decodeProtectedHeader(token.stdout)).toEqual({ alg: 'ES256', kid: keys[0].kid, typ: 'JWT' })
  })

  it('prints the same as an entry beside other issuers', () => {
    const made = run(
      'keys',
      '--file',
      file,
      '--issuer',
      'https://shop.test',
      '--audience',
      'us',
      '--days',
      '7',
    )
    const vars = printedVars(made)
    const entry = JSON.parse(/^\{.*\}$/m.exec(made.stdout)?.[0])
    expect(entry).toEqual({
      issuer: 'https://shop.test',
      audience: 'us',
      algorithms: ['ES256'],
      jwks: JSON.parse(vars.JWT_JWKS),
      lifetimeMaxSeconds: 7 * DAY_SECONDS,
    })
    expect(vars).toMatchObject({ JWT_ISSUER: 'https://shop.test', JWT_LIFETIME_MAX_SECONDS: '604800' })
  })

  it('keeps the private half in a file for its owner alone, and prints it nowhere', () => {
    const made = run('keys', '--file', file)
    const { key } = JSON.parse(readFileSync(file, 'utf8'))
    expect(key.d).toMatch(/^[\w-]{43}$/)
    expect(statSync(file).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
    expect(`${made.stdout}${made.stderr}`).not.toContain(key.d)
  })

  it('overwrites no key, and puts none where Git would take it along', () => {
    run('keys', '--file', file)
    const before = readFileSync(file, 'utf8')
    expect(run('keys', '--file', file)).toMatchObject({ status: 1, stdout: '' })
    expect(readFileSync(file, 'utf8')).toBe(before)

    const tracked = 'docs/a-key-that-must-not-be.json'
    const refused = run('keys', '--file', tracked)
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('Git does not ignore') })
    expect(existsSync(tracked)).toBe(false)
  })

  it('makes the next key beside the one before: both count until it is taken out, then its tokens do not', async () => {
    run('keys', '--file', file, '--issuer', 'https://shop.test')
    const next = path.join(folder, 'next.json')
    const vars = printedVars(run('keys', '--beside', file, '--file', next))
    const before = run('token', '--key', file, '--scope', 'access:check').stdout
    const after = run('token', '--key', next, '--scope', 'access:check').stdout
    expect((await taken(before, vars)).iss).toBe('https://shop.test')
    expect((await taken(after, vars)).iss).toBe('https://shop.test')

    const { keys } = JSON.parse(vars.JWT_JWKS)
    const withdrawn = { ...vars, JWT_JWKS: JSON.stringify({ keys: keys.slice(0, 1) }) }
    await taken(after, withdrawn)
    await expect(taken(before, withdrawn)).rejects.toThrow('no applicable key')
  })
})

describe('npm run token with such a key', () => {
  it('says how long the ledger has to let it live, and what withdrawing it means, beside the token alone', () => {
    run('keys', '--file', file)
    const { stdout, stderr } = run('token', '--key', file, '--all', '--sub', 'shop', '--days', '30')
    expect(stdout.trim().split('.')).toHaveLength(3)
    expect(decodeJwt(stdout.trim()).sub).toBe('shop')
    expect(stderr).toContain(`JWT_LIFETIME_MAX_SECONDS is ${30 * DAY_SECONDS} or more`)
    expect(stderr).toContain('cannot be withdrawn by itself')
  })

  it.each([
    ['no scope and no user', [], '--scope is missing'],
    ['a scope that there is not', ['--scope', 'nonsense'], 'There is no scope "nonsense"'],
    ['too many days', ['--all', '--days', '3651'], '--days takes a whole number from 1 to 3650'],
    ['a part of a day', ['--all', '--days', '1.5'], '--days takes a whole number'],
    ['days and seconds', ['--all', '--days', '1', '--ttl-seconds', '60'], 'one too many'],
  ])('refuses %s', (_what, args, reason) => {
    run('keys', '--file', file)
    expect(run('token', '--key', file, ...args)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(reason),
    })
  })

  it.each([undefined, '{}', 'not JSON'])('refuses a file that holds %s', (text) => {
    if (text !== undefined) writeFileSync(file, text)
    const { status, stderr } = run('token', '--key', file, '--all')
    expect([status, stderr]).toEqual([1, expect.stringContaining('npm run keys')])
  })
})
