import { aFeature, aKey, ask } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { meterOf } from './a-meter.ts'

/** Users in order, each with so much of a new metered feature, and what can be asked of all of them. */
export async function aTeam(...amounts: readonly number[]) {
  const feature = await aFeature('metered')
  const meters = amounts.map(() => meterOf(aUser(), feature))
  for (const [place, meter] of meters.entries()) {
    if (amounts[place] !== 0) await meter.grant(amounts[place] ?? 0)
  }
  const users = meters.map(({ userId }) => userId)
  return {
    feature,
    meters,
    users,
    /** Tokens are of the moment, so that days may pass between two requests. */
    consume: async (
      amount: number,
      headers: Record<string, string> = aKey(),
      anyOf: readonly string[] = users,
    ) =>
      ask('POST', '/v4/consumptions', { body: { anyOf, feature, amount }, headers, token: await aToken() }),
    /** How much is used of each. */
    used: async () => {
      const balances = await Promise.all(meters.map((meter) => meter.balance()))
      return balances.map((numbers) => numbers?.[1] ?? 0)
    },
  }
}
