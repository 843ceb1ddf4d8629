// Looks before it leaps: what would not serve is refused before anything of the account is touched. Then the migrations, then the Worker.
// What follows `npm run deploy --` is handed to wrangler, as `--env staging`.
import { unstable_readConfig } from 'wrangler'
import { deployObstacles, deployWarnings } from './deploy-obstacles.mjs'
import { giveUp } from './project.mjs'
import { ended, startInside } from './wrangler.mjs'

const args = process.argv.slice(2)
const env = args.includes('--env') ? args[args.indexOf('--env') + 1] : undefined
const config = unstable_readConfig({ config: 'wrangler.toml', env })

const obstacles = deployObstacles(config)
if (obstacles.length > 0) giveUp(`Nothing was deployed.\n\n- ${obstacles.join('\n- ')}`)
for (const warning of deployWarnings(config)) console.warn(`Warning: ${warning}`)

await import('./docs-assets.mjs')
const ofEnv = env === undefined ? [] : ['--env', env]
if (!args.includes('--dry-run')) await wrangler('d1', 'migrations', 'apply', 'DB', '--remote', ...ofEnv)
await wrangler('deploy', ...args)

async function wrangler(...words) {
  const exitCode = await ended(startInside('wrangler', words, 'inherit'))
  if (exitCode !== 0) giveUp(`wrangler ${words.join(' ')} did not succeed; what it said is above.`, exitCode)
}
