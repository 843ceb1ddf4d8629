import { setTimeout as sleep } from 'node:timers/promises'

const ATTEMPTS = 30

/** A new address takes a while to be known, and what was found not ready stands for five seconds. */
const PAUSE_MS = 2000

/** Asks `/readyz` until it says yes: then `null`, else in a minute's time what it said last. */
export async function untilReady(address, { attempts = ATTEMPTS, pauseMs = PAUSE_MS } = {}) {
  let said = ''
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await sleep(pauseMs)
    said = await readiness(address)
    if (said === 'ready') return null
  }
  return said
}

async function readiness(address) {
  try {
    const answer = await fetch(`${address}/readyz`)
    const { status, title, detail } = await answer.json()
    return answer.ok ? status : (detail ?? title ?? String(answer.status))
  } catch (error) {
    return error.cause?.message ?? error.message
  }
}
