import type * as z from 'zod'
import { checkAccess } from '../app/checks/check-access.ts'
import { checkAny } from '../app/checks/check-any.ts'
import { checkMany } from '../app/checks/check-many.ts'
import { listAccess } from '../app/checks/list-access.ts'
import { listBalances } from '../app/checks/list-balances.ts'
import { instantToWire } from '../app/wire/wire.ts'
import {
  type CheckOfSeveral,
  accessInput,
  balancesInput,
  checkAnyInput,
  checkInput,
  checkManyInput,
  passportInput,
} from './inputs.ts'
import { BoundCalls } from './bound-calls.ts'
import { namesSeveral } from './names-several.ts'

/** May a user use a feature, and what is left of it? */
export class CheckCalls extends BoundCalls {
  check(asked: z.input<typeof checkInput> | CheckOfSeveral) {
    if (namesSeveral(asked)) {
      return this.answer('checkAny', checkAnyInput, asked, ({ input, services }) => {
        const { anyOf, feature, ...freshness } = input
        return checkAny(services.reader, anyOf, feature, freshness)
      })
    }
    return this.answer('checkAccess', checkInput, asked, ({ input, services }) => {
      const { userId, feature, ...freshness } = input
      return checkAccess(services.reader, userId, feature, freshness)
    })
  }

  checkMany(asked: z.input<typeof checkManyInput>) {
    return this.answer('checkMany', checkManyInput, asked, ({ input, services, requestId }) =>
      checkMany(services.reader, input, { requestId, part: 'input', reaches: () => true }),
    )
  }

  access(asked: z.input<typeof accessInput>) {
    return this.answer('listAccess', accessInput, asked, async ({ input, services }) => {
      const { userId, ...freshness } = input
      const list = await listAccess(services.reader, userId, freshness)
      return { ...list, answeredAt: instantToWire(services.now()) }
    })
  }

  balances(asked: z.input<typeof balancesInput>) {
    return this.answer('listBalances', balancesInput, asked, ({ input, services }) => {
      const { userId, ...query } = input
      return listBalances(services.reader, userId, query)
    })
  }

  passport(asked: z.input<typeof passportInput>) {
    return this.answer('issuePassport', passportInput, asked, async ({ input, services }) => {
      const { issuePassport } = await import('../app/passports/issue-passport.ts')
      return issuePassport(services, input)
    })
  }
}
