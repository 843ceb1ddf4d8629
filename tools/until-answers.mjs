import { setTimeout as sleep } from 'node:timers/promises'

const READY_SECONDS_MAX = 60

/** Resolves once an address answers well that a `wrangler dev` serves. */
export async function untilAnswers(address, server) {
  for (const deadline = Date.now() + READY_SECONDS_MAX * 1000; Date.now() < deadline; await sleep(100)) {
    if (server.exitCode !== null) throw new Error('wrangler dev has ended. What it said is above.')
    const answer = await fetch(address).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) return
  }
  throw new Error(`${address} did not answer within ${READY_SECONDS_MAX} seconds.`)
}
