// A process of its own, so that a mutant that never ends can be killed. Told `{ file, text, tests }`, it puts the text
// in the place of the file, runs the tests, and says whether one of them failed.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createVitest } from 'vitest/node'

const { root, project } = JSON.parse(process.env.JUDGE)
const PURE = { config: false, include: ['test/**/*.test.ts'], setupFiles: ['mutation/one-seed.ts'] }
const WORKER = { project: ['worker'] }
const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  maxWorkers: 1,
  isolate: project === 'worker',
  silent: true,
  reporters: [{}],
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
  if (specifications.length < tests.length) throw new Error(`Not all of these are tests: ${tests}`)
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false)
  if (process.env.DEBUG) { console.error('RUN', unhandledErrors.length, unhandledErrors[0]?.message, testModules.filter((one) => !one.ok()).map((one) => [one.moduleId.split('/').pop(), one.errors().map((e) => e.message), [...one.children.allTests('failed')].slice(0,2).map((t) => [t.name, t.result().errors?.[0]?.message?.slice(0, 100)])])) }
  return unhandledErrors.length > 0 || testModules.some((one) => !one.ok())
}
