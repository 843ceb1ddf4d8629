const HOUR = 3_600_000
const DAY = 24 * HOUR

export interface Calendar {
  readonly every: 'hour' | 'day' | 'week' | 'month' | 'year'
  readonly anchor: number
  readonly timeZone?: string | undefined
}

/** Over a while the clocks of a zone are so far ahead of UTC: `[from, to)`. */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly ahead: number
}

// Periods told once more and in another way: dates are walked one by one, and of each stretch between two changes of the clocks
// it is asked whether they show the time in it. The clocks are read as people read them, by date and time.

/** When the period of a moment begins, and when the next one does. */
export function periodOf(calendar: Calendar, moment: number): readonly [number, number] {
  const { every, anchor, timeZone } = calendar
  if (every === 'hour') {
    let start = moment - (moment % HOUR) + (anchor % HOUR)
    while (start > moment) start -= HOUR
    while (start + HOUR <= moment) start += HOUR
    return [start, start + HOUR]
  }
  const first = anchor + (timeZone === undefined ? 0 : aheadOf(timeZone, anchor))
  const timeOfDay = ((first % DAY) + DAY) % DAY
  const reach = { day: 4, week: 11, month: 35, year: 370 }[every]
  const today = Math.floor(moment / DAY) * DAY
  const boundaries: number[] = []
  for (let date = today - reach * DAY; date <= today + reach * DAY; date += DAY) {
    if (beginsOn(every, first, date)) boundaries.push(momentOf(timeZone, date + timeOfDay))
  }
  const start = Math.max(...boundaries.filter((boundary) => boundary <= moment))
  const next = Math.min(...boundaries.filter((boundary) => boundary > moment))
  return [start, next]
}

function beginsOn(every: 'day' | 'week' | 'month' | 'year', first: number, date: number): boolean {
  const [anchored, day] = [new Date(first), new Date(date)]
  const isLastOfMonth = new Date(date + DAY).getUTCDate() === 1
  const isSameDay =
    day.getUTCDate() === anchored.getUTCDate() || (isLastOfMonth && day.getUTCDate() < anchored.getUTCDate())
  return {
    day: true,
    week: day.getUTCDay() === anchored.getUTCDay(),
    month: isSameDay,
    year: isSameDay && day.getUTCMonth() === anchored.getUTCMonth(),
  }[every]
}

/** The first moment at which clocks show a time; where they never do, the one at which those not set forward would. */
function momentOf(timeZone: string | undefined, shown: number): number {
  if (timeZone === undefined) return shown
  const stretches = stretchesAround(timeZone, shown)
  for (const { from, to, ahead } of stretches) {
    if (from <= shown - ahead && shown - ahead < to) return shown - ahead
  }
  const before = stretches.findLast(({ to, ahead }) => to <= shown - ahead)
  if (before === undefined) throw new Error(`The clocks of ${timeZone} show no ${shown}`)
  return shown - before.ahead
}

const stretches = new Map<string, readonly Stretch[]>()

/** What the clocks were ahead by in the two days before and after a date, looked at every hour. */
function stretchesAround(timeZone: string, shown: number): readonly Stretch[] {
  const date = Math.floor(shown / DAY) * DAY
  const key = `${timeZone} ${date}`
  const known = stretches.get(key)
  if (known !== undefined) return known
  const found: Stretch[] = []
  let [from, ahead] = [date - 2 * DAY, aheadOf(timeZone, date - 2 * DAY)]
  for (let hour = date - 2 * DAY; hour < date + 3 * DAY; hour += HOUR) {
    if (aheadOf(timeZone, hour + HOUR) === ahead) continue
    let to = hour
    while (aheadOf(timeZone, to) === ahead) to += 60_000
    found.push({ from, to, ahead })
    from = to
    ahead = aheadOf(timeZone, to)
  }
  found.push({ from, to: Infinity, ahead })
  stretches.set(key, found)
  return found
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** By how much the clocks are ahead of UTC: what they show, `2026-03-29 03:00:00`, as if it were UTC. */
function aheadOf(timeZone: string, moment: number): number {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  clocks.set(timeZone, clock)
  const second = Math.floor(moment / 1000) * 1000
  return Date.parse(`${clock.format(second).replace(' ', 'T')}Z`) - second
}

/** Moments at which the clocks of a zone change between two dates, to the minute. */
export function changesOf(timeZone: string, from: number, to: number): readonly number[] {
  const found: number[] = []
  for (let day = from; day < to; day += DAY) {
    if (aheadOf(timeZone, day) === aheadOf(timeZone, day + DAY)) continue
    let at = day
    while (aheadOf(timeZone, at) === aheadOf(timeZone, at + 60_000)) at += 60_000
    found.push(at + 60_000)
  }
  return found
}
