import { type Rule, Unfit } from './variable.ts'

const DAY_MS = 86_400_000

export const wholeNumber: Rule<number> = (text) => {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Unfit('is not a whole number')
  return Number(text)
}

/** A whole number of at least so much; what is less is refused for that reason. */
export function atLeast(least: number, reason: string): Rule<number> {
  return (text) => {
    const value = wholeNumber(text)
    if (value < least) throw new Unfit(reason)
    return value
  }
}

/** In milliseconds. */
export const seconds: Rule<number> = (text) => wholeNumber(text) * 1000

/** In milliseconds. */
export const days: Rule<number> = (text) => wholeNumber(text) * DAY_MS

export const share: Rule<number> = (text) => {
  if (!/^(0|1|0?\.[0-9]+|1\.0+)$/.test(text)) throw new Unfit('is not a share between 0 and 1')
  return Number(text)
}
