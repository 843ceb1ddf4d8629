import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { aKey } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aToken } from '../../support/token.ts'
import { aTeam } from './a-team.ts'

it(
  'a thousand consumptions at once of two users with 500 altogether are 500 that succeed',
  { timeout: 120_000 },
  async () => {
    const [team, isolate] = [await aTeam(300, 200), await anIsolate()]
    const headers = { Authorization: `Bearer ${await aToken()}`, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ anyOf: team.users, feature: team.feature, amount: 1 })
    // The Worker's own handler: the test pool takes minutes for hundreds of requests at once, whatever they ask.
    const consume = async (key: Record<string, string>) => {
      const request = new Request('https://ledger.test/v4/consumptions', {
        method: 'POST',
        headers: { ...headers, ...key },
        body,
      })
      const { status, ...response } = await isolate(request).then(async (answer) => ({
        status: answer.status,
        told: await answer.json<{ readonly userId: string; readonly code: string }>(),
      }))
      return { key, status, ...response }
    }

    const answers: Awaited<ReturnType<typeof consume>>[] = []
    let waiting = Array.from({ length: 1000 }, aKey)
    while (waiting.length > 0) {
      const round = await Promise.all(waiting.map(consume))
      const turnedAway = round.filter(({ status }) => status === 503)
      expect(turnedAway.every(({ told }) => told.code === 'overloaded')).toBe(true)
      answers.push(...round.filter(({ status }) => status !== 503))
      waiting = turnedAway.map(({ key }) => key)
    }

    const paidBy = (userId: string | undefined) =>
      answers.filter(({ status, told }) => status === 201 && told.userId === userId).length
    expect(team.users.map(paidBy)).toEqual([300, 200])
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused.map(({ told }) => told.code)).toEqual(
      Array.from({ length: 500 }, () => 'insufficient_balance'),
    )
    expect(await team.used()).toEqual([300, 200])
    for (const [place, userId] of team.users.entries()) {
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: place === 0 ? 301 : 201 })
    }
  },
)
