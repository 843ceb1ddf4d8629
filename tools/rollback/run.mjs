// What going back to a version before costs: npm run rollback [-- --to <commit or tag>]
import { parseArgs } from 'node:util'
import { giveUp } from '../../scripts/project.mjs'
import { bundleOf, bundleOfNow } from './bundle-of.mjs'
import { goBack } from './go-back.mjs'
import { keptDatabase } from './kept.mjs'

const kept = keptDatabase()
const { values } = parseArgs({ options: { to: { type: 'string', default: kept.commit } } })

try {
  const after = await bundleOfNow()
  const { wrong, replays } = await goBack({ kept, before: await bundleOf(values.to), after })
  console.log(`${values.to} on a database with all migrations, after the version here has written into it:\n`)
  for (const line of wrong) console.log(`wrong  ${line}`)
  if (wrong.length === 0)
    console.log(
      'ok     what it wrote: keys, events and proofs; checks, grants, consumptions, purchases, products; the catalog',
    )
  for (const { name, isSame, added, status, body } of replays) {
    const entries = added === 0 ? 'nothing done twice' : `DONE AGAIN, ${added} entries`
    console.log(
      `${isSame ? 'same  ' : 'OTHER '} a key of a ${name} at the version here: ${status}, ${entries}`,
    )
    if (!isSame) console.log(`       ${body.slice(0, 200)}`)
  }
  process.exit(wrong.length === 0 && replays.every(({ added }) => added === 0) ? 0 : 1)
} catch (error) {
  giveUp(error.stack)
}
