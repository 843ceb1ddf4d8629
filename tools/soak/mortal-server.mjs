import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

const LIFE = fileURLToPath(new URL('server.mjs', import.meta.url))

const START_MS_MAX = 60_000

/** A server that keeps what it stores on disk, and that can be killed and started again. */
export class MortalServer {
  #options
  #child = null
  #isFirst = true
  #up = Promise.withResolvers()

  /** `options` are those of `startMiniflare`, but for the sockets. */
  constructor(options) {
    this.#options = options
    process.on('exit', () => this.#signal())
  }

  /** Where it answers, once it does. */
  get url() {
    return this.#up.promise
  }

  /** Starts it, with other variables of the Worker if there are any. Answers how many milliseconds that took. */
  async start(bindings = {}) {
    const startedAt = performance.now()
    const { bindings: usual, ...others } = this.#options
    const options = { ...others, bindings: { ...usual, ...bindings }, isFirst: this.#isFirst }
    this.#child = fork(LIFE, [JSON.stringify(options)], {
      detached: true, // so that it leads a group of its own, in which workerd is too
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const url = await firstWord(this.#child)
    this.#isFirst = false
    this.#up.resolve(url)
    return performance.now() - startedAt
  }

  /** Ends it and all it started, in the middle of whatever they do. */
  async kill() {
    const url = await this.url
    this.#up = Promise.withResolvers()
    const exit = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#signal()
    await exit
    while (await isAnswering(url)) await sleep(5)
  }

  #signal() {
    try {
      if (this.#child !== null) process.kill(-this.#child.pid, 'SIGKILL')
    } catch {
      // They have ended already.
    }
  }
}

/** The URL that a server says first. Rejects with what it says on stderr, if it ends without a word. */
function firstWord(child) {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`The server does not start:\n${said}`)), START_MS_MAX)
    child.stderr.on('data', (text) => {
      said = `${said}${text}`.slice(-10_000)
    })
    child.once('message', ({ url }) => {
      clearTimeout(timer)
      resolve(url)
    })
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Error(`The server ended by itself:\n${said}`))
    })
  })
}

async function isAnswering(url) {
  try {
    await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) })
    return true
  } catch {
    return false
  }
}
