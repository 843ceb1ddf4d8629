import {
  changes,
  checks,
  consumptions,
  firstGrants,
  grants,
  ignoredWebhooks,
  leaseRenewals,
  manyChecks,
  passports,
  renewals,
  strangeTokens,
} from './requests.mjs'
import { fillHotUser, fillKv, fillLeases, fillLots, isInboxIdle, publishedSnapshot, send } from './shop.mjs'
import { CONNECTIONS } from './rounds.mjs'
import { PRICED, users } from './users.mjs'
import { driveByWrk, hasWrk } from './wrk.mjs'

/** The check that is made most. */
const REMEMBERED = 'check, token remembered, snapshot in memory'

/**
 * What is measured: each path beside its limit, and the ratio of the two that is to be reached at each of `judgedAt`
 * connections.
 *
 * `profile` says of a path that stays short where its time goes and what was tried. `sides` are the two: where they listen, and what makes their requests. `counts` says for how much one request counts,
 * and `isIdle` whether the work after the answers is done. Every answer holds `expected`.
 */
export function pathsOf({ ledger, oneByOne, limits }) {
  const ofLedger = { port: ledger.sockets.default, cpuMs: ledger.cpuMs }
  /** Two sides that get the same requests. */
  const both = (entrypoint, requestsOf) => [
    { ...ofLedger, requests: requestsOf() },
    { port: limits.sockets[entrypoint], cpuMs: limits.cpuMs, requests: requestsOf() },
  ]
  /** The ledger and the same without groups, each filled before it is asked. */
  const grouped = (filled) =>
    Promise.all(
      [ledger, oneByOne].map(async (server) => {
        const requests = await filled(server)
        return { port: server.sockets.default, cpuMs: server.cpuMs, requests }
      }),
    )
  return [
    {
      name: REMEMBERED,
      limit: 'Hono answering the same bytes',
      goal: 0.95,
      judgedAt: CONNECTIONS,
      profile:
        'The limit looks at nothing of the request. Taken away one by one, at 16 connections and of 136 µs: reading the two headers 13, finding and evaluating the snapshot 12 to 19, writing the JSON 6; an answer of constant bytes takes 105, the limit 117. A moment is written without a `Date` since (4 µs of a check where the machine is busy); no look at the body, ids from elsewhere and `JSON.stringify` instead of `Response.json` made no difference beyond the noise of 5 µs. One check in a hundred writes a line, which the simulator carries to another process: 3 % of all. To keep the text that was answered last of a snapshot, until time or a change makes it another, was 1.09 to 1.12 times as fast in turn: left out, for 8 of 80 µs of a check are not worth one more memory whose age has to be right. Three whole runs said 0.97, 0.87 and 0.95 at 1, 16 and 64 connections, and three of the day before 0.98, 0.93 and 0.79 of the same code.',
      sides: () => both('default', () => checks({ of: users.checked })),
      expected: '"source":"memory"',
    },
    // Driven otherwise it has to come to the same: else it is the generator that was measured.
    ...(hasWrk()
      ? [
          {
            name: `${REMEMBERED}, driven by wrk`,
            limit: 'Hono answering the same bytes',
            goal: null,
            judgedAt: CONNECTIONS,
            agreesWith: REMEMBERED,
            drive: driveByWrk,
            sides: () => both('default', () => checks({ of: users.checked })),
          },
        ]
      : []),
    {
      name: 'check, token verified, snapshot in memory',
      limit: 'the same + jose verify',
      goal: 0.9,
      profile:
        'Taken away one by one, at 16 connections and of 402 µs beside 285: the id of the request for whatever is logged on the way (`AsyncLocalStorage`: each promise carries it) 29, that a caller is remembered 17 (never used here: 6,000 tokens go round in a memory of 5,000), the line of one check in a hundred 14, the strict reading of the token nothing beyond the noise of 10; without all of them it is 0.78. By profile jose takes as long on both sides, and what is left is spread: the check itself, a dozen functions that wait for one another, the collection of what was remembered. To decode the header once for all tokens of a key, and scopes without a list for each name, took 20 of 670 µs in the profile and nothing that two bundles in turn would show.',
      sides: () => both('checkVerified', () => checks({ of: users.checked, token: strangeTokens() })),
      expected: '"source":"memory"',
    },
    {
      name: '100 checks in one request, in memory',
      limit: '100 single ones',
      goal: 20,
      sides: () => [
        { ...ofLedger, requests: manyChecks(), counts: users.checked.length },
        { ...ofLedger, requests: checks({ of: users.checked }) },
      ],
      expected: '"source":"memory"',
    },
    {
      name: 'check, KV hit (more users than memory holds)',
      limit: 'Hono + the same KV get',
      goal: 0.85,
      profile:
        'By profile, of 1,175 µs beside 864: native work 200 more, for the timer that bounds how long KV may hang and for the question that goes on when its caller hangs up; the two calls of the timer 45; what leaves the memory and what is put there 80; its weight, by its text, 30; reading the rights of a copy for the first time 33. To share one timer among requests is not possible: it belongs to the request that has set it. The three whole runs of a day before said 0.89 of the same code: the machine tells it no more exactly.',
      sides: async () => {
        const published = await publishedSnapshot(ledger, users.checked[0])
        await fillKv(ledger.kv, published, users.strangers)
        await fillKv(limits.kv, published, users.strangers)
        return both('checkKv', () => checks({ of: users.strangers }))
      },
      expected: '"source":"kv"',
    },
    {
      name: 'check, `consistency=strong`, object warm',
      limit: 'Hono + RPC to an object that returns the same value',
      goal: 0.85,
      profile:
        'By profile, of 320 µs beside 210: the call of the object 67 beside 49, for it has two arguments and the reply is the answer for the feature that is asked; the timer that bounds how long it may hang 12; evaluating the answer 10; the object’s turn 8 beside 4; the JSON and the headers 20 beside 13, which the limit has at hand; native work for these 30 more. Measured alone, in a bare Worker that calls an object in 116 µs: the timer 6, whether it is cleared or not, the two arguments 4, one text in their place 5, the ids of requests in the log (`AsyncLocalStorage`) 4. Taken away, 80 rounds of two bundles in turn, where a bundle differs from itself by 4 %: the ids 1.02 to 1.04, the timer 1.05 to 1.07, all three with one text as the argument 1.07 to 1.16; a reply as a text 0.97 to 1.06; another form of the timer, with fewer promises, nothing. None of them may be left out: a strong check has to end, has to cost what its answer costs, and its lines have to bear its id. Before it asked for the feature alone it was 1.06 times as fast for who has one right, in turn, and took ten times as long for who has 979.',
      sides: () => both('checkStrong', () => checks({ of: users.checked, query: '?consistency=strong' })),
      expected: '"source":"ledger"',
    },
    {
      name: 'passports, 50 made of a snapshot',
      limit: 'jose sign of the same claims, 50 times',
      goal: 0.8,
      sides: () =>
        ['passportAlone', 'bareSign'].map((entrypoint) => ({
          port: limits.sockets[entrypoint],
          cpuMs: limits.cpuMs,
          requests: passports(),
          counts: 50,
        })),
      expected: '"bytes":',
    },
    {
      name: 'passport, token remembered, snapshot in memory',
      limit: 'Hono + jose sign of the same claims',
      goal: null,
      sides: () => both('passport', passports),
      expected: '"passport":"',
    },
    {
      name: 'grant, distinct warm users',
      limit: 'Hono + jose + object with alarm, `sync()`, one batch of the same statements, KV put',
      goal: 0.88,
      profile:
        'Whole runs of the day: 1.06, 0.83, 0.87, and the day before 0.77, 0.87, 0.98: it is told no more exactly than that here. By profile, of 3.5 ms: native work for D1, KV and the alarm two fifths, on both sides; verifying the token 0.25, on both sides; what the limit does none of is the line of the log 0.12, the timers that bound how long D1 and KV may hang 0.15, the decision and its entry 0.13, the receipt 0.05, and reading the request by its schema 0.07. Taken away, 40 rounds of two bundles in turn: the timers 1.05 to 1.15, the line 0.97 to 1.07.',
      sides: () => both('grant', grants),
      expected: '"state":"active"',
    },
    {
      name: 'grant, the first of its user',
      limit: 'the same of an object that starts, reads once and writes once',
      goal: 0.8,
      profile:
        'Both read by one statement; an object asks for its alarm besides, and what it loads is of ten kinds. There were nine statements, and then three that Drizzle built for each start in 0.6 ms: in turn 0.69, and 0.79 since they are written once and 0.81 since they are one. What is left is spread: the line that every write logs (2 %), the words that a receipt leaves out (2 %), five hashes (3 %), the timers that bound how long D1 may hang (2 %), the collection of what an object makes as it starts. Taken away, 40 rounds in turn: the line of the log 0.95 to 1.05, all timers 0.96 to 1.01. Three whole runs of the day before said 0.84 of the same code, these 0.78, 0.72 and 0.75.',
      sides: () => both('grant', firstGrants),
      expected: '"state":"active"',
    },
    {
      name: 'changes to one hot user, 64 in flight',
      limit: 'one command per batch, same code',
      goal: 3,
      judgedAt: [64],
      profile:
        'Whole runs: 3.07, 2.76, 2.82, and the day before 3.08, 2.83, 2.96. By profile, of 567 µs where some thirty go together: what is done for each and no group saves is the larger part, the request and its routes 86, the line of the log 48, the call of the object 40, its hashes 22, reading the body 17, writing the answer 14, and half of the decision; D1 and the alarm, which are shared, are 60. Taken away, 40 rounds of two bundles in turn: the line of each change 1.09 to 1.12 for those that go together, all timers 1.00. One line for a group would take the answer of each from the log.',
      sides: () => grouped(async (server) => changes(await fillHotUser(server))),
      expected: '"priority":',
    },
    {
      name: 'consumptions of one hot user, 64 in flight',
      limit: 'one command per batch, same code',
      goal: 3,
      judgedAt: [64],
      profile: 'As of changes: 2.92, 2.83, 3.02, and 3.08 in three whole runs the day before.',
      sides: () =>
        grouped(async (server) => {
          await fillLots(server, [users.hot])
          return consumptions([users.hot])
        }),
      expected: '"remaining":',
    },
    {
      name: 'consumptions of one hot user, 64 in flight',
      limit: 'the same of 50 users in parallel',
      goal: null,
      judgedAt: [64],
      sides: async () => {
        const many = users.granted.slice(0, 50)
        await fillLots(ledger, [users.hot, ...many])
        return [
          { ...ofLedger, requests: consumptions([users.hot]) },
          { ...ofLedger, requests: consumptions(many) },
        ]
      },
      expected: '"remaining":',
    },
    {
      name: 'consumptions through a pool, one hot user',
      limit: 'of what is spent itself, another hot user',
      goal: 0.95,
      judgedAt: [64],
      sides: async () => {
        const [other] = users.granted
        await fillLots(ledger, [users.hot, other])
        return [
          { ...ofLedger, requests: consumptions([users.hot], PRICED) },
          { ...ofLedger, requests: consumptions([other]) },
        ]
      },
      expected: '"remaining":',
    },
    {
      name: 'renewals of 50 leases of one hot user',
      limit: 'consumptions of another hot user',
      goal: 0.9,
      judgedAt: [64],
      sides: async () => {
        const [other] = users.granted
        const leases = await fillLeases(ledger, users.hot, 50)
        await fillLots(ledger, [other])
        return [
          { ...ofLedger, requests: leaseRenewals(users.hot, leases) },
          { ...ofLedger, requests: consumptions([other]) },
        ]
      },
      expected: '"remaining":',
    },
    {
      name: 'webhook of an ignored type',
      limit: 'Hono + the same verify + one insert of the same row',
      goal: 0.8,
      sides: () => idleWhen(both('webhookIgnored', ignoredWebhooks), [() => isInboxIdle(ledger), null]),
      expected: '"status":"accepted"',
    },
    {
      name: 'webhook applied to a warm user',
      limit: 'the same + look-up, object with alarm, `sync()`, one batch that concludes the event as well',
      goal: 0.7,
      profile:
        'Both ask D1 twice, for the event and for the batch of the object, which concludes it as well; a third question, for the conclusion, was taken away: 0.50 before, 0.59 after it on a busy machine, 0.64 to 0.67 on a quiet one. By profile, of 2.7 ms beside 1.7: what the limit does none of is the decision and its entries (0.15 ms), reading what came by its schema (0.11), the line of the log (0.09), six hashes more (0.06), the words that a receipt leaves out (0.04), the ids of requests (`AsyncLocalStorage`, 0.02), and the timers that bound how long D1 may hang (0.03); the command and its answer on their way to the object and back and what the client of D1 does with longer statements are larger on this side (0.1 and 0.1), and so is what is collected. Taken away, 40 rounds of two bundles in turn: the line 1.00 to 1.05, all timers 1.05 to 1.07, both and the ids 1.00 to 1.03, which is what two of one bundle differ by.',
      sides: () => {
        const { webhookApplied: port } = limits.sockets
        const isDone = async () => (await send(port, { method: 'GET', path: '/applying' })).text === '0'
        return idleWhen(both('webhookApplied', renewals), [() => isInboxIdle(ledger), isDone])
      },
      expected: '"status":"accepted"',
    },
  ]
}

/** What is measured by commands of their own, because it needs a ledger of its own. */
export const ELSEWHERE = [
  {
    name: 'grant, the first of its feature; checks and consumptions of who has much',
    command: 'npm run bench:much',
  },
  { name: 'grants while a product change is followed', command: 'npm run bench:keeper' },
  { name: 'a purchase while waiting events drain', command: 'npm run bench:backlog' },
]

function idleWhen(sides, isIdle) {
  return sides.map((side, index) => ({ ...side, isIdle: isIdle[index] }))
}
