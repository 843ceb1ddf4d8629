// Looks before it leaps: what would not serve is told before anything of the account is touched. Then the migrations, the Worker,
// and whether it is ready. What follows `npm run deploy --` is handed to wrangler, as `--env staging`.
import { parseArgs } from 'node:util'
import { unstable_readConfig } from 'wrangler'
import { applyMigrations } from './deploy/apply-migrations.mjs'
import { deployWorker } from './deploy/deploy-worker.mjs'
import { deployedState } from './deploy/deployed-state.mjs'
import { migrationsToCome } from './deploy/migrations-to-come.mjs'
import { missingSecrets } from './deploy/missing-secrets.mjs'
import { deployObstacles, deployWarnings } from './deploy/obstacles.mjs'
import { untilReady } from './deploy/until-ready.mjs'
import { webhookAddresses } from './deploy/webhook-addresses.mjs'
import { progress } from './progress.mjs'
import { giveUp } from './project.mjs'

const args = process.argv.slice(2)
const { values: given } = parseArgs({
  args,
  strict: false,
  options: {
    env: { type: 'string', short: 'e' },
    config: { type: 'string', short: 'c', default: 'wrangler.toml' },
    'dry-run': { type: 'boolean' },
  },
})
const env = given.env ?? process.env.CLOUDFLARE_ENV ?? ''
const where = ['--config', given.config, `--env=${env}`]
const config = configRead()

refuseIfAny(await deployObstacles(config))
warnOf(deployWarnings(config))
const state = given['dry-run'] ? null : await lookedAt()
await import('./docs-assets.mjs')
if (state?.toCome.length > 0) await applyMigrations(config)
// Said even where it is the top one: wrangler warns where several are configured and none is named.
const address = await deployWorker(given.env === undefined ? [...args, `--env=${env}`] : args)
if (state !== null) await tellWhetherReady()

function configRead() {
  try {
    return unstable_readConfig({ config: given.config, env: env || undefined })
  } catch (error) {
    return giveUp(`Nothing was deployed.\n\n${error.message}`)
  }
}

/** The secrets that are there and the migrations to come, once nothing of what is deployed stands in the way. */
async function lookedAt() {
  const found = await progress(`Looking at what is deployed as ${config.name}`, () =>
    deployedState(config, where),
  )
  const missing = missingSecrets(found, config.vars).map((name) => `${name} is missing: ${putSecret(name)}`)
  if (found.secrets === null) warnOf(missing)
  else refuseIfAny(missing)
  const toCome = migrationsToCome(found.migrations)
  console.log(`Migrations to come: ${toCome.length === 0 ? 'none' : toCome.join(', ')}`)
  return { secrets: found.secrets ?? [], toCome }
}

async function tellWhetherReady() {
  if (address === null) giveUp('Deployed, at no address that could be asked whether it is ready.')
  const notReady = await progress(`Asking ${address}/readyz`, () => untilReady(address))
  if (notReady !== null) giveUp(`Deployed, but ${address}/readyz does not say that it is ready: ${notReady}`)
  console.log(`\nReady: ${address}`)
  const webhooks = webhookAddresses(address, state.secrets)
  for (const webhook of webhooks) console.log(`Takes webhooks: ${webhook}`)
  if (webhooks.length > 0) return
  const secret = putSecret('WEBHOOK_SECRETS_STRIPE')
  console.log(`${address}/webhooks/stripe takes nothing before its secret is set: ${secret}`)
}

function refuseIfAny(obstacles) {
  if (obstacles.length > 0) giveUp(`Nothing was deployed.\n\n- ${obstacles.join('\n- ')}`)
}

function warnOf(warnings) {
  for (const warning of warnings) console.warn(`Warning: ${warning}`)
}

function putSecret(name) {
  return `npx wrangler secret put ${name}${env === '' ? '' : ` --env ${env}`}`
}
