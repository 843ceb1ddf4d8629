// The cron triggers of wrangler.toml: `wrangler dev` fires none by itself, but serves a path that fires one.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from './project.mjs'

const MINUTE_MS = 60_000

/** Of a trigger's five fields the first alone is looked at: each is due every minute, or in one minute of the hour. */
const crons = JSON.parse(
  /^crons = (\[.*\])/m.exec(readFileSync(path.join(PROJECT, 'wrangler.toml'), 'utf8'))[1],
)

/** Fires at each full minute what is due then, for as long as this process lives. */
export function startClock(url) {
  const untilNextMinute = MINUTE_MS - (Date.now() % MINUTE_MS)
  const timer = setTimeout(() => {
    const minute = String(new Date().getUTCMinutes())
    for (const cron of crons) if (['*', minute].includes(cron.split(' ')[0])) void fire(url, cron)
    startClock(url)
  }, untilNextMinute)
  timer.unref()
}

/** What fails stands in the Worker’s log; the next minute comes all the same. */
async function fire(url, cron) {
  const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${cron.replaceAll(' ', '+')}`).catch(
    () => null,
  )
  await response?.body?.cancel()
}

/** Whether a line of the Worker’s log says no more than that a sweep found nothing to do: once a minute that is noise. */
export function isIdleSweep(line) {
  return line.includes('"event":"swept"') && !/"done":[1-9]|"isAll":false/.test(line)
}
