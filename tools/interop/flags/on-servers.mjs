import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../../../scripts/project.mjs'
import { fetchPackages, fetchPython, run } from '../fetched.mjs'
import { EXPECTED, FALLBACKS, QUESTIONS, USER } from './questions.mjs'

const NPM = [
  '@openfeature/ofrep-provider@0.1.3',
  '@openfeature/ofrep-core@0.1.4',
  '@openfeature/server-sdk@1.23.0',
]
const PYPI = ['openfeature-provider-ofrep==0.3.0', 'openfeature-sdk==0.10.0']

/** The provider for servers in Node.js. */
export async function withJavaScript(place) {
  const folder = await fetchPackages('node', NPM)
  const program = path.join(folder, 'program.mjs')
  copyFileSync(path.join(PROJECT, 'tools/interop/flags/program.mjs'), program)
  await expectAnswers(place, process.execPath, program)
}

/** The provider for Python. */
export async function withPython(place) {
  const python = await fetchPython('python', PYPI)
  await expectAnswers(place, python, path.join(PROJECT, 'tools/interop/flags/program.py'))
}

/** Fails unless a program is answered as the questions say, and gives its defaults where it is not. */
async function expectAnswers({ ledger, relay }, command, program) {
  const env = {
    ...process.env,
    LEDGER_URL: relay.url,
    LEDGER_TOKEN: ledger.token,
    QUESTIONS: JSON.stringify(QUESTIONS),
    USER_ID: USER,
  }
  const answers = async () => JSON.parse((await run(command, [program], { env })).stdout)
  assert.deepEqual(await answers(), EXPECTED)
  for (const status of [503, 401, 403]) {
    relay.status = status
    assert.deepEqual(await answers(), FALLBACKS)
  }
}
