import * as crypto from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { firstKeys } from './passport-keys.mjs'
import { PROJECT } from './project.mjs'
import { secretName } from './secret-name.mjs'
import { newSigningKey, publicHalf, signedBy } from './signing-key.mjs'

const KEY_FILE = path.join(PROJECT, '.local/signing-key.json')
const VARS_FILE = path.join(PROJECT, '.dev.vars')

// A secret as each provider writes it: Standard Webhooks are signed with what the text decodes to.
const newSecrets = {
  JWT_ISSUERS: () => '', // those that wrangler.toml lists do not count beside the one of here
  LOG_KEY: randomText,
  PASSPORT_ISSUER: () => 'http://localhost:8787',
  PASSPORT_KEYS: () => JSON.stringify(firstKeys(new Date())),
  WEBHOOK_SECRETS_STRIPE: () => `whsec_${randomText()}`,
  WEBHOOK_SECRETS_PADDLE: () => `pdl_ntfset_${randomText()}`,
  WEBHOOK_SECRETS_POLAR: () => `polar_whs_${randomText()}`,
  WEBHOOK_SECRETS_SHOPIFY: randomText,
  WEBHOOK_SECRETS_LEMONSQUEEZY: randomText,
  WEBHOOK_SECRETS_REVENUECAT: randomText,
  WEBHOOK_SECRETS_STANDARD_WEBHOOKS: () => `whsec_${crypto.randomBytes(32).toString('base64')}`,
}

// What a deployment is told in wrangler.toml is not for this server: another issuer, and real purchases.
const localInstead = { CHECKOUT_MODE: () => 'test', JWT_JWKS_URL: () => '', JWT_ISSUERS: () => '' }

/** Creates the signing key and the configuration that trusts it, where they are missing. Overwrites nothing. */
export function createLocalKey() {
  if (!existsSync(KEY_FILE)) {
    mkdirSync(path.dirname(KEY_FILE), { recursive: true, mode: 0o700 })
    writePrivate(KEY_FILE, `${JSON.stringify(newSigningKey(), null, 2)}\n`)
  }
  if (!existsSync(VARS_FILE)) {
    const lines = [
      '# Local configuration, read by `wrangler dev`. The private half of the key is in .local/signing-key.json.',
      'JWT_ISSUER="http://localhost/entitlement-ledger"',
      'JWT_AUDIENCE="entitlement-ledger"',
      'JWT_ALGORITHMS="ES256"',
      `JWT_JWKS='${JSON.stringify({ keys: [publicHalf(readKey())] })}'`,
    ]
    writePrivate(VARS_FILE, `${lines.join('\n')}\n`)
  }
  addMissing(newSecrets)
  if (readVars().JWT_JWKS) addMissing(localInstead)
}

/** The first secret by which the local server knows a provider's events. Throws, saying what to do, without one. */
export function webhookSecret(provider) {
  const name = secretName(provider)
  const [secret] = (existsSync(VARS_FILE) ? (readVars()[name] ?? '') : '').split(',')
  if (!secret)
    throw new Error(`.dev.vars has no ${name}: end the server and run \`npm start\`, which adds it.`)
  return secret.trim()
}

/** A JWT that the local server accepts. Throws, saying what to do, while it would accept none. */
export function signToken({ sub, scope, ttlSeconds = 3600 }) {
  if (!existsSync(KEY_FILE) || !existsSync(VARS_FILE)) {
    throw new Error('There is no local signing key yet: run `npm start` once, it creates one.')
  }
  const key = readKey()
  const vars = readVars()
  if (!vars.JWT_JWKS?.includes(key.kid)) {
    throw new Error('.dev.vars does not trust the key in .local: remove .dev.vars and run `npm start` again.')
  }

  return signedBy(key, { iss: vars.JWT_ISSUER, aud: vars.JWT_AUDIENCE, sub, scope, ttlSeconds })
}

function readKey() {
  return JSON.parse(readFileSync(KEY_FILE, 'utf8'))
}

function readVars() {
  const lines = readFileSync(VARS_FILE, 'utf8').matchAll(/^(\w+)\s*=\s*(["']?)(.*)\2\s*$/gm)
  return Object.fromEntries([...lines].map(([, name, , value]) => [name, value]))
}

/** Files of before a variable was thought of get it as well; what stands there stays. */
function addMissing(makers) {
  const vars = readVars()
  const missing = Object.entries(makers).filter(([name]) => vars[name] === undefined)
  if (missing.length === 0) return
  const isEnded = readFileSync(VARS_FILE, 'utf8').endsWith('\n')
  const lines = missing.map(([name, make]) => `${name}=${quoted(make())}\n`)
  appendFileSync(VARS_FILE, `${isEnded ? '' : '\n'}${lines.join('')}`)
}

/** JSON stands between single quotes. */
function quoted(text) {
  return text.includes('"') ? `'${text}'` : `"${text}"`
}

function randomText() {
  return crypto.randomBytes(24).toString('hex')
}

/** Fails when the file exists, even if it came into being a moment ago. */
function writePrivate(file, text) {
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
}
