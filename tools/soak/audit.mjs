import { CREDITS, get, PLAN, USERS } from './shop.mjs'

const AT_ONCE = 8

/** Reads everything that the ledger says of every user, and of what arrived, as nobody's memory has it. */
export async function audit(client, journal) {
  const users = []
  const rest = USERS.values()
  const worker = async () => {
    for (const userId of rest) users.push(await auditUser(client, userId, journal.headOf(userId)))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { users, inbox: await allOf(client, '/v4/inbox?') }
}

async function auditUser(client, userId, head) {
  const user = `/v4/users/${userId}`
  const ask = async (tail) => (await client.send('audit', get(`${user}/${tail}`))).json
  return {
    userId,
    entries: await allOf(client, `${user}/ledger?order=oldest&`),
    verdict: await ask(`ledger/verify?head=${encodeURIComponent(head)}`),
    balance: (await ask(`balances?feature=${CREDITS}&consistency=strong`)).balances[0],
    plans: await allOf(client, `${user}/entitlements?feature=${PLAN}&`),
  }
}

/** The items of all pages. */
async function allOf(client, path) {
  const items = []
  let cursor = null
  do {
    const next = cursor === null ? '' : `&cursor=${cursor}`
    const { status, text, json } = await client.send('audit', get(`${path}limit=100${next}`))
    if (status !== 200) throw new Error(`${path} was answered ${text}`)
    items.push(...json.items)
    cursor = json.nextCursor
  } while (cursor !== null)
  return items
}
