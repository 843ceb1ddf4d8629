import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** wrk takes whole seconds. */
const SECONDS = 1

/** Whether the generator https://github.com/wg/wrk is on this machine. */
export const hasWrk = () => spawnSync('wrk', ['-v']).error === undefined

/**
 * Drives a server as `drive` does, by wrk, which takes less of the machine for a request than the server does: what the two
 * say of one path differs by what the generator takes. It looks at no answer but its status.
 */
export async function driveByWrk({ port, connections, next, cpuMs }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-wrk-'))
  try {
    const requests = Array.from({ length: 100 }, () => next())
    const script = path.join(folder, 'requests.lua')
    writeFileSync(script, scriptOf(requests))
    const args = ['-t1', `-c${connections}`, `-d${SECONDS}s`, '--latency', '-s', script]
    const before = cpuMs()
    const { stdout } = await promisify(execFile)('wrk', [...args, `http://127.0.0.1:${port}/`])
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`Not every answer was as expected:\n${stdout}`)
    const count = Number(/(\d+) requests in/.exec(stdout)?.[1])
    return {
      requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      p50: milliseconds(/50%\s+(\S+)/.exec(stdout)?.[1]),
      p99: milliseconds(/99%\s+(\S+)/.exec(stdout)?.[1]),
      cpuMs: (cpuMs() - before) / count,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function scriptOf(requests) {
  const [{ headers }] = requests
  const paths = requests.map((request) => JSON.stringify(request.path)).join(', ')
  const set = Object.entries(headers).map(
    ([name, value]) => `wrk.headers["${name}"] = ${JSON.stringify(value)}`,
  )
  return `local paths, at = { ${paths} }, 0
${set.join('\n')}
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
`
}

/** As wrk writes a time: `210.00us`, `1.05ms`, `2.00s`. */
function milliseconds(text = '') {
  const [, amount, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? []
  return Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit]
}
