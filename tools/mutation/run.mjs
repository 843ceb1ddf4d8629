// npm run mutate -- [--room domain] [--files src/domain/state.ts …] [--sample 40] [--seed 1]: changes one place of the
// rules at a time, as a slip would, and counts how often a test notices. A run of everything is kept in results.md.
import { fork } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { mutantsOf } from './mutants.mjs'
import { resultsPage, survivorLine } from './results.mjs'
import { ROOMS } from './rooms.mjs'

const COPIED = ['src', 'test', 'migrations', 'examples', 'tools', 'dist/assets']
const COPIED_FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'wrangler.toml']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    room: { type: 'string' },
    files: { type: 'string', multiple: true },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const onlyFiles = [...(values.files ?? []), ...positionals]
const rooms = ROOMS.filter(({ name }) => values.room === undefined || name === values.room).map((room) => ({
  ...room,
  files: room.files.filter((file) => onlyFiles.length === 0 || onlyFiles.includes(file)),
  sample: Math.min(Number(values.sample ?? Infinity), room.sample),
}))

const root = mkdtempSync(path.join(tmpdir(), 'mutation-'))
for (const part of [...COPIED, ...COPIED_FILES]) cpSync(part, path.join(root, part), { recursive: true })
symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'))

// Stopped early, it still says what it has seen: the order is by chance, and so that is a sample.
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (isStopped = true))

/** After so many mutants the judge is tried on what was not changed. */
const CONTROL_EVERY = 25

const scores = []
try {
  for (const room of rooms) if (room.files.length > 0 && !isStopped) scores.push(await scoreOf(room))
} finally {
  rmSync(root, { recursive: true, force: true })
}
const page = resultsPage(scores, values.seed)
process.stdout.write(`\n${page}`)
if (onlyFiles.length === 0 && values.room === undefined && !isStopped)
  writeFileSync('tools/mutation/results.md', page)
process.exit(0)

async function scoreOf(room) {
  const all = room.files.flatMap((file) => {
    const source = readFileSync(file, 'utf8')
    return mutantsOf(source).map((mutant) => ({ ...mutant, file, source }))
  })
  const chosen = shuffled(all, Number(values.seed)).slice(0, room.sample)
  const startedAt = Date.now()
  const judged = []
  let judge = await aJudge(room)
  for (const [index, mutant] of chosen.entries()) {
    if (isStopped) break
    if (index % CONTROL_EVERY === 0) await hasToSurvive(judge, mutant)
    const verdict = await judge.verdictOn(mutant)
    judged.push({ ...mutant, verdict })
    if (verdict === 'timed out') judge = await aJudge(room)
    if (verdict === 'survived') process.stderr.write(`\r${survivorLine(mutant)}\n`)
    if (process.stderr.isTTY) process.stderr.write(`\r${room.name}: ${judged.length} of ${chosen.length}`)
  }
  judge.end()
  return { ...room, total: all.length, judged, seconds: Math.round((Date.now() - startedAt) / 1000) }
}

/** A judge who finds fault with what was not changed says nothing by finding fault. */
async function hasToSurvive(judge, { file, source }) {
  const verdict = await judge.verdictOn({ file, source, start: 0, end: 0, text: '' })
  if (verdict !== 'survived') throw new Error(`The tests of ${file} fail without a change: ${verdict}`)
}

/** A process that judges mutants; once one has timed out it is gone. */
async function aJudge({ project, rounds }) {
  const child = fork(path.join(root, 'tools/mutation/judge.mjs'), {
    cwd: root,
    detached: true,
    env: { ...process.env, JUDGE: JSON.stringify({ root, project }) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  // Its workerd belongs to its group.
  const end = () => process.kill(-child.pid, 'SIGKILL')
  await answerOf(child, 60_000)
  return {
    end,
    async verdictOn({ file, source, start, end: to, text }) {
      const mutated = source.slice(0, start) + text + source.slice(to)
      for (const { tests, limitMs } of rounds) {
        child.send({ file, text: mutated, tests })
        const answer = await answerOf(child, limitMs)
        if (answer?.fails) return 'noticed'
        if (answer === null) return timedOut(file, source)
      }
      return 'survived'
    },
  }

  function timedOut(file, source) {
    end()
    writeFileSync(path.join(root, file), source)
    return 'timed out'
  }
}

/** What the process says next, `null` when it says nothing in time or has ended. */
function answerOf(child, limitMs) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer)
      child.off('message', settle).off('exit', gone)
      resolve(answer)
    }
    const gone = () => settle(null)
    const timer = setTimeout(gone, limitMs)
    child.on('message', settle).on('exit', gone)
  })
}

/** The same order for the same seed (mulberry32). */
function shuffled(all, seed) {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return all
    .map((one) => ({ one, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ one }) => one)
}
