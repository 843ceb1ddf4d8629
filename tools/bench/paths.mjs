import {
  changes,
  checks,
  consumptions,
  firstGrants,
  grants,
  ignoredWebhooks,
  manyChecks,
  renewals,
  strangeTokens,
} from './requests.mjs'
import { fillHotUser, fillKv, fillLots, isInboxIdle, publishedSnapshot, send } from './shop.mjs'
import { CONNECTIONS } from './rounds.mjs'
import { users } from './users.mjs'
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
        'The limit looks at nothing of the request. Taken away one by one, at 16 connections and of 136 µs: reading the two headers 13, finding and evaluating the snapshot 12 to 19, writing the JSON 6; an answer of constant bytes takes 105, the limit 117. A moment is written without a `Date` since (4 µs of a check where the machine is busy); no look at the body, ids from elsewhere and `JSON.stringify` instead of `Response.json` made no difference beyond the noise of 5 µs.',
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
        'jose takes 200 µs of a request, the strict reading of the token before it 5 (1.3 its canonical form, the rest that no member is named twice), and that a caller is remembered is paid here without being used: 6,000 tokens go round in a memory of 5,000.',
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
      sides: () => both('checkStrong', () => checks({ of: users.checked, query: '?consistency=strong' })),
      expected: '"source":"ledger"',
    },
    {
      name: 'grant, distinct warm users',
      limit: 'Hono + jose + object with alarm, `sync()`, one batch of the same statements, KV put',
      goal: 0.88,
      sides: () => both('grant', grants),
      expected: '"state":"active"',
    },
    {
      name: 'grant, the first of its user',
      limit: 'the same of an object that starts, reads once and writes once',
      goal: 0.8,
      profile:
        'The limit reads by one statement, where an object asks for its alarm and loads its user by one batch of thirteen: 3.5 ms of CPU in the simulator. Not profiled by statement yet.',
      sides: () => both('grant', firstGrants),
      expected: '"state":"active"',
    },
    {
      name: 'changes to one hot user, 64 in flight',
      limit: 'one command per batch, same code',
      goal: 3,
      judgedAt: [64],
      sides: () => grouped(async (server) => changes(await fillHotUser(server))),
      expected: '"priority":',
    },
    {
      name: 'consumptions of one hot user, 64 in flight',
      limit: 'one command per batch, same code',
      goal: 3,
      judgedAt: [64],
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
        'Both ask D1 twice, for the event and for the batch of the object, which concludes it as well; a third question, for the conclusion, was taken away: 0.50 before, 0.59 since, medians of three runs each on a busy machine. Of the JavaScript that was profiled before that the client of D1 took the largest part, then the decision (0.29 ms), the line of the log (0.25), and reading what came (0.23); the limit decides, reads and logs none of it. Not taken apart further.',
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
