import { expect, it } from 'vitest'
import { submit } from '../../src/ledger/ledger-client.ts'
import type { Submitted } from '../../src/ledger/submission.ts'
import { aGrant } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

it.each<Submitted>([{ type: 'unavailable' }, { type: 'overloaded' }])(
  'a call that broke may have been carried out, though the second call says that it was not: $type',
  async (second) => {
    let calls = 0
    const answer = () => {
      calls += 1
      if (calls > 1) return Promise.resolve(second)
      return Promise.reject(Object.assign(new Error('Network connection lost.'), { retryable: true }))
    }
    const ledgers = () => ({ submit: answer, snapshot: () => Promise.reject(new Error('Nobody asked')) })
    expect(await submit(ledgers, aUser(), aGrant('order-1'))).toEqual({ type: 'outcome_unknown' })
  },
)
