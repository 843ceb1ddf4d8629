import { setTimeout as sleep } from 'node:timers/promises'
import { FLAG, get, USERS } from './shop.mjs'

/**
 * A batch may be recorded up to 35 s after its object died, so that only then its successor's alarm goes off; a
 * consumption that flips no answer may wait for 10 s more.
 */
const KV_MS_MAX = 60_000

const INBOX_MS_MAX = 60_000

/** So many of the last writes are sent once more. */
const REPLAYED_MAX = 500

const POLL_MS = 200

/** Waits until every event is settled. Answers what is not, as sentences. */
export async function inboxSettles(client) {
  const unsettled = async () => {
    const pages = ['received', 'failed'].map((state) => client.send('audit', get(`/v4/inbox?state=${state}`)))
    return (await Promise.all(pages)).flatMap(({ json }) => json.items)
  }
  const end = Date.now() + INBOX_MS_MAX
  let rest = await unsettled()
  while (rest.length > 0 && Date.now() < end) {
    await sleep(POLL_MS)
    rest = await unsettled()
  }
  return rest.map(
    ({ eventId, state, reason, attempts }) => `${eventId} is ${state}: ${reason}, ${attempts} attempts`,
  )
}

/**
 * Waits until KV has the newest version of every user. Answers of whom it has not, as sentences. The server must have
 * answered no check in this life and ask KV each time: then it says `kv` once, when KV has something new.
 */
export async function kvCatchesUp(client) {
  const end = Date.now() + KV_MS_MAX
  const states = await Promise.all(USERS.map((userId) => caughtUp(client, userId, end)))
  return states.flatMap((state) => state ?? [])
}

async function caughtUp(client, userId, end) {
  const user = `/v4/users/${userId}`
  const ask = async (tail) => (await client.send('audit', get(`${user}/${tail}`))).json
  const [{ seq: newest }] = (await ask('ledger?order=newest&limit=1')).items
  for (;;) {
    const { version, source } = await ask(`access/${FLAG}`)
    if (version === newest && source === 'kv') return null
    if (Date.now() > end) return `${userId}: ${version} from ${source}, newest is ${newest}`
    await sleep(POLL_MS)
  }
}

/** Sends the last writes once more. Answers which are not answered as before, as sentences. */
export async function replaysAreTheSame(client, journal) {
  const wrong = []
  for (const [key, { kind, request, answer }] of [...journal.writes].slice(-REPLAYED_MAX)) {
    const again = await client.send('audit', request)
    const isSame = again.status === answer.status && again.text === answer.text
    if (!isSame || again.headers.get('idempotent-replayed') !== 'true') {
      wrong.push(`${kind} ${key}: ${again.text}, before: ${answer.text}`)
    }
  }
  return wrong
}
