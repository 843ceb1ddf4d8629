import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Refused before any key is looked for. */
function token(...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/token.mjs', '--sub', 'me', ...args],
    {
      encoding: 'utf8',
    },
  )
  return { status, said: `${stdout}${stderr}` }
}

it('A scope that there is not is refused, with those that there are', () => {
  const { status, said } = token('--scope', 'access:check nonsense')
  expect(status).not.toBe(0)
  expect(said).toContain('There is no scope "nonsense"')
  expect(said).toContain('entitlements:write')
})

it('All scopes are not asked for beside some', () => {
  expect(token('--all', '--scope', 'access:check')).toMatchObject({
    status: 1,
    said: expect.stringContaining('--all'),
  })
})
