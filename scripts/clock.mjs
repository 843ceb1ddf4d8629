// The cron trigger of wrangler.toml: `wrangler dev` does not fire it by itself, but serves a path that does.

const MINUTE_MS = 60_000

/** Wakes the keeper at each full minute, for as long as this process lives. */
export function startClock(url) {
  const untilNextMinute = MINUTE_MS - (Date.now() % MINUTE_MS)
  const timer = setTimeout(() => {
    void fire(url)
    startClock(url)
  }, untilNextMinute)
  timer.unref()
}

/** What fails stands in the Worker’s log; the next minute comes all the same. */
async function fire(url) {
  const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`).catch(() => null)
  await response?.body?.cancel()
}

/** Whether a line of the Worker’s log says no more than that a round found nothing to do: once a minute that is noise. */
export function isIdleSweep(line) {
  return line.includes('"event":"swept"') && !/"done":[1-9]|"isAll":false/.test(line)
}
