import { giveUp } from '../project.mjs'
import { askWrangler } from '../wrangler.mjs'

const RECORDED = `SELECT 'migration' AS kind, name FROM d1_migrations
  UNION ALL SELECT DISTINCT 'provider', provider FROM product_references`.replaceAll(/\s+/g, ' ')

/**
 * What is deployed already, only looked at: the `migrations` that were applied, the `providers` that the catalog names, and the
 * names of the `secrets`, `null` before the first deployment. Gives up where that cannot be seen, saying what to do.
 */
export async function deployedState({ name, d1_databases: [database] }, where) {
  const recorded = await recordedIn(database, where)
  // Not at once: both would refresh a login that has run out, and a refresh token counts once.
  const secrets = await secretsOf(name, where)
  const namesOf = (wanted) => recorded.filter(({ kind }) => kind === wanted).map((row) => row.name)
  return { migrations: namesOf('migration'), providers: namesOf('provider'), secrets }
}

async function recordedIn({ binding, database_name: name }, where) {
  const words = ['d1', 'execute', binding, '--remote', '--json', '--command', RECORDED, ...where]
  const { exitCode, answer, said } = await askWrangler(words)
  if (exitCode === 0) return JSON.parse(answer)[0].results
  // A database to which no migration was applied.
  if (said.includes('no such table')) return []
  if (said.includes(`Couldn't find a D1 DB`)) {
    giveUp(
      `Nothing was deployed.\n\n- There is no D1 database ${name} yet: npx wrangler d1 create ${name} --location weur\n` +
        '  Take the location that is nearest to most of your users; it cannot be moved later.',
    )
  }
  return cannotSee(words, said)
}

async function secretsOf(name, where) {
  const words = ['secret', 'list', ...where]
  const { exitCode, answer, said } = await askWrangler(words)
  if (exitCode === 0) return JSON.parse(answer).map((secret) => secret.name)
  if (said.includes(`Worker "${name}"`) && said.includes('not found')) return null
  return cannotSee(words, said)
}

function cannotSee(words, said) {
  if (said.includes('necessary to set a CLOUDFLARE_API_TOKEN')) {
    giveUp('Nothing was deployed.\n\n- Nobody is logged in: npx wrangler login, or set CLOUDFLARE_API_TOKEN.')
  }
  return giveUp(
    `Nothing was deployed: wrangler ${words.slice(0, 2).join(' ')} did not succeed.\n\n${said.trim()}`,
  )
}
