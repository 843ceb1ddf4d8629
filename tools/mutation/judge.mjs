// A process of its own, so that a mutant that never ends can be killed. Told `{ file, text, tests }`, it puts the text
// in the place of the file, runs the tests, and says whether one of them failed.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createVitest } from 'vitest/node'

const { root, project } = JSON.parse(process.env.JUDGE)
const PURE = { config: false, include: ['test/**/*.test.ts'], setupFiles: ['tools/mutation/one-seed.ts'] }
const WORKER = { project: ['worker'] }
let ran = []
const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  maxWorkers: 1,
  isolate: project === 'worker',
  silent: true,
  reporters: [{ onTestModuleEnd: (ended) => ran.push(ended) }],
  ...(project === 'pure' ? PURE : WORKER),
})
await vitest.standalone()

process.on('message', async ({ file, text, tests }) => {
  const place = path.join(root, file)
  const original = readFileSync(place, 'utf8')
  put(place, text)
  const answer = { fails: await fails(tests) }
  put(place, original)
  process.send(answer)
})
// When whoever asks is gone, nobody would end what runs in this group.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))
process.send({ ready: true })

function put(place, text) {
  writeFileSync(place, text)
  vitest.invalidateFile(place)
}

async function fails(tests) {
  const specifications = await vitest.globTestSpecifications(tests)
  if (specifications.length < tests.length) throw new Error(`Not all of these are tests: ${tests.join(' ')}`)
  // What the run returns holds the results of runs before, too.
  ran = []
  const { unhandledErrors } = await vitest.runTestSpecifications(specifications, false)
  if (unhandledErrors.length > 0 || ran.some((one) => one.state() === 'failed')) return true
  // A run that failed is called off, and that may come late and call off this one.
  const isWhole = ran.length === specifications.length && ran.every((one) => one.state() === 'passed')
  return isWhole ? false : fails(tests)
}
