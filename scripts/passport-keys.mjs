import { existsSync, readFileSync } from 'node:fs'
import { newSigningKey, publicHalf } from './signing-key.mjs'

/** Verifiers know what is published after so long: a cache keeps it for 5 minutes, and they for 10. No passport lives longer. */
const STEP_MINUTES = 15

/** Keys of passports: one that signs. */
export function firstKeys(now) {
  return { changedAt: now.toISOString(), keys: [inRole('signing', newSigningKey())] }
}

/**
 * The next step of a change, and the keys after it: a key is announced, then it signs and the one before is retired, then that is
 * dropped. Throws while the step before may not have reached everybody.
 */
export function nextStep({ changedAt, keys }, now) {
  const due = new Date(Date.parse(changedAt) + STEP_MINUTES * 60_000)
  if (now < due) throw new Error(`The step before is not everywhere yet: go on after ${due.toISOString()}.`)
  const by = byRole(keys)
  if (by.retired) return step('drop', now, [by.announced, by.signing])
  if (by.announced)
    return step('sign', now, [inRole('signing', by.announced), inRole('retired', publicHalf(by.signing))])
  return step('announce', now, [inRole('announced', newSigningKey()), by.signing])
}

/** What a file holds. Throws, saying what to do; `null` where there is none. */
export function readPassportKeys(file) {
  if (!existsSync(file)) return null
  try {
    const known = JSON.parse(readFileSync(file, 'utf8'))
    if (known.changedAt && byRole(known.keys).signing?.d) return known
  } catch {
    // Said below.
  }
  throw new Error(`${file} is none that \`npm run passport-key\` has made.`)
}

function step(name, now, keys) {
  return { name, made: { changedAt: now.toISOString(), keys: keys.filter((key) => key !== undefined) } }
}

function byRole(keys) {
  return Object.fromEntries(keys.map((key) => [key.role, key]))
}

function inRole(role, { kid, ...members }) {
  return { kid, ...members, role }
}
