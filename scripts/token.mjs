// Prints a JWT, for the local server or by a key of `npm run keys`. It is the last line, so that `$(npm run -s token -- …)` yields it alone.
import { parseArgs } from 'node:util'
import { SCOPES } from '../src/contract/scopes.ts'
import { signToken } from './local-key.mjs'
import { giveUp } from './project.mjs'
import { readServiceKey } from './service-key.mjs'
import { signedBy } from './signing-key.mjs'

const USAGE = `npm run token -- --sub alice [--scope "access:check entitlements:write"] [--ttl-seconds 3600]
npm run token -- --key FILE --scope "access:check" --days 365
  --sub          whom the token speaks for; with a key "service" if not given, and the name that its changes bear
  --scope        what it may do, of ${SCOPES.join(' ')};
                 without scopes it reads its own user's entitlements and access
  --all          everything: all scopes
  --ttl-seconds  how long it is good for: one hour if not given, at most a day
  --key          signed by a key of \`npm run keys\`, for the ledger that knows its public half, instead of the local server
  --days         the same as --ttl-seconds, in days; with a key at most 3650`

/** As the local server takes them, unless JWT_LIFETIME_MAX_SECONDS says otherwise. */
const LOCAL_SECONDS_MAX = 86_400
const DAY_SECONDS = 86_400
const DAYS_MAX = 3650

try {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      scope: { type: 'string' },
      all: { type: 'boolean' },
      'ttl-seconds': { type: 'string' },
      days: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  const scope = scopeOf(values)
  const ttlSeconds = ttlOf(values)
  console.log(values.key ? serviceToken(values, scope, ttlSeconds) : localToken(values, scope, ttlSeconds))
} catch (error) {
  giveUp(`${error.message}\n\n${USAGE}`)
}

function localToken({ sub }, scope, ttlSeconds) {
  if (!sub) throw new Error('--sub is missing: whom does the token speak for?')
  return signToken({ sub, scope, ttlSeconds })
}

function serviceToken({ key: file, sub }, scope, ttlSeconds) {
  if (!sub && !scope) throw new Error('--scope is missing: what may the token do?')
  const { issuer, audience, key } = readServiceKey(file)
  const until = new Date(Date.now() + ttlSeconds * 1000).toISOString().slice(0, 10)
  console.error(
    `Good until ${until}, where JWT_LIFETIME_MAX_SECONDS is ${ttlSeconds} or more (86400 if it is not set).\n` +
      `It cannot be withdrawn by itself: that is to change its key, npm run keys -- --beside ${file}\n`,
  )
  return signedBy(key, { iss: issuer, aud: audience, sub: sub ?? 'service', scope, ttlSeconds })
}

function scopeOf({ all, scope = '' }) {
  if (all && scope) throw new Error('--all and --scope are one too many.')
  const unknown = scope.split(' ').filter((one) => one !== '' && !SCOPES.includes(one))
  if (unknown.length > 0)
    throw new Error(`There is no scope "${unknown.join('", "')}": ${SCOPES.join(', ')}.`)
  return all ? SCOPES.join(' ') : scope || undefined
}

function ttlOf({ key, days, 'ttl-seconds': seconds }) {
  if (days && seconds) throw new Error('--days and --ttl-seconds are one too many.')
  const secondsMax = key ? DAYS_MAX * DAY_SECONDS : LOCAL_SECONDS_MAX
  if (!days) return wholeNumber('--ttl-seconds', seconds ?? '3600', secondsMax)
  return wholeNumber('--days', days, secondsMax / DAY_SECONDS) * DAY_SECONDS
}

function wholeNumber(option, text, max) {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  throw new Error(`${option} takes a whole number from 1 to ${max}, not "${text}".`)
}
