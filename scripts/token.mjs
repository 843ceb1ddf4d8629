// Prints a JWT for the local server. It is the last line, so that `$(npm run -s token -- …)` yields it alone.
import { parseArgs } from 'node:util'
import { SCOPES } from '../src/contract/scopes.ts'
import { signToken } from './local-key.mjs'
import { giveUp } from './project.mjs'

const USAGE = `npm run token -- --sub alice [--scope "access:check entitlements:write"] [--ttl-seconds 3600]
  --sub          whom the token speaks for
  --scope        what it may do, of ${SCOPES.join(' ')};
                 without scopes it reads its own user's entitlements and access
  --all          everything: all scopes
  --ttl-seconds  how long it is good for: one hour if not given, at most a day`

try {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      scope: { type: 'string' },
      all: { type: 'boolean' },
      'ttl-seconds': { type: 'string', default: '3600' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  if (!values.sub) throw new Error('--sub is missing: whom does the token speak for?')
  const ttlSeconds = Number(values['ttl-seconds'])
  // The server takes no token of a longer life, unless JWT_LIFETIME_MAX_SECONDS says so.
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > 86_400) {
    throw new Error(`--ttl-seconds takes a whole number from 1 to 86400, not "${values['ttl-seconds']}".`)
  }
  if (values.all && values.scope) throw new Error('--all and --scope are one too many.')
  const unknown = (values.scope ?? '').split(' ').filter((scope) => scope !== '' && !SCOPES.includes(scope))
  if (unknown.length > 0)
    throw new Error(`There is no scope "${unknown.join('", "')}": ${SCOPES.join(', ')}.`)
  const scope = values.all ? SCOPES.join(' ') : values.scope
  console.log(signToken({ sub: values.sub, scope, ttlSeconds }))
} catch (error) {
  giveUp(`${error.message}\n\n${USAGE}`)
}
