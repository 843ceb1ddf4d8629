// Checks everything in two lanes at once: the tests under workerd leave a part of two processors idle, and what needs no
// workerd takes that. Ends with 1 where anything failed; each lane says all that it has to say.
import { spawn } from 'node:child_process'

const LANES = [['test:worker'], ['format:check', 'lint', 'types', 'test:pure']]

const lanes = await Promise.all(LANES.map((scripts, index) => lane(scripts, index > 0)))
process.exitCode = lanes.every((isWell) => isWell) ? 0 : 1

/** Runs npm scripts one after another, also after one that failed. Returns whether all went well. */
async function lane(scripts, isHeldBack) {
  let isWell = true
  for (const script of scripts) isWell = (await isDone(script, isHeldBack)) && isWell
  return isWell
}

/** What it says is held back until it is done where another lane is speaking. */
function isDone(script, isHeldBack) {
  return new Promise((resolve, reject) => {
    const output = isHeldBack ? 'pipe' : 'inherit'
    // npm is a .cmd file on Windows.
    const child = spawn(`npm run --silent ${script}`, { shell: true, stdio: ['ignore', output, output] })
    const said = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => said.push(part))
    child.on('error', reject)
    child.on('close', (code) => {
      if (isHeldBack)
        process.stdout.write(`\n${script}: ${code === 0 ? 'well' : 'failed'}\n${Buffer.concat(said)}`)
      resolve(code === 0)
    })
  })
}
