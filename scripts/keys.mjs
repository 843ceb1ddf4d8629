// Makes the signing key of a back-end without an identity provider, and says what the ledger has to know of it.
import { parseArgs } from 'node:util'
import { giveUp } from './project.mjs'
import { createServiceKey, firstFile, nextFile, readServiceKey } from './service-key.mjs'
import { publicHalf } from './signing-key.mjs'

const USAGE = `npm run keys [-- --issuer NAME] [--audience NAME] [--days 365] [--file FILE]
npm run keys -- --beside FILE   the next key of the same issuer, to change to
  --issuer    whose tokens they are; the claim \`iss\`
  --audience  for whom; the claim \`aud\`
  --days      how long the ledger lets a token live: a year if not given
  --file      where the private half goes: a new file in .local if not given`

const DAYS_MAX = 3650
const DAY_SECONDS = 86_400

try {
  const { values } = parseArgs({
    options: {
      issuer: { type: 'string' },
      audience: { type: 'string' },
      days: { type: 'string', default: '365' },
      file: { type: 'string' },
      beside: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  const days = Number(values.days)
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new Error(`--days takes a whole number from 1 to ${DAYS_MAX}, not "${values.days}".`)
  }
  if (values.beside && (values.issuer || values.audience)) {
    throw new Error('--beside takes the issuer and the audience of that key.')
  }
  const former = values.beside ? readServiceKey(values.beside) : null
  const {
    issuer = former?.issuer ?? 'urn:entitlement-ledger:service',
    audience = former?.audience ?? 'entitlement-ledger',
    file = former ? nextFile() : firstFile(),
  } = values
  const { key } = createServiceKey(file, { issuer, audience })
  console.log(instructions({ file, issuer, audience, days, key, former }))
} catch (error) {
  giveUp(`${error.message}\n\n${USAGE}`)
}

function instructions({ file, issuer, audience, days, key, former }) {
  const seconds = days * DAY_SECONDS
  const jwks = { keys: [key, ...(former ? [former.key] : [])].map(publicHalf) }
  const entry = { issuer, audience, algorithms: ['ES256'], jwks, lifetimeMaxSeconds: seconds }
  return `The private half is in ${file}, which Git does not take along. Whoever has it can be anybody: keep it where
you keep secrets, and nowhere else.

What the ledger has to know, for [vars] of wrangler.toml. It is no secret:

JWT_ISSUER = ${JSON.stringify(issuer)}
JWT_AUDIENCE = ${JSON.stringify(audience)}
JWT_ALGORITHMS = "ES256"
JWT_JWKS = '${JSON.stringify(jwks)}'
JWT_LIFETIME_MAX_SECONDS = "${seconds}"

Beside other issuers the same is one entry of JWT_ISSUERS:

${JSON.stringify(entry)}

${former ? turnTo(file) : start(file, days)}`
}

function start(file, days) {
  return `Then:
1. npm run deploy
2. npm run token -- --key ${file} --scope "access:check entitlements:write" --days ${days}

To change the key, or to withdraw a token, which is to change its key: npm run keys -- --beside ${file}`
}

function turnTo(file) {
  return `To change to it:
1. npm run deploy: tokens of both keys count.
2. Make each service a new token: npm run token -- --key ${file} …
3. Once all have theirs, take the key before, the second one, out of JWT_JWKS, and npm run deploy. From then on no token that
   it signed counts. Where one has leaked, do this first.`
}
