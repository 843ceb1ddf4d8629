import type * as z from 'zod'
import { getEntitlement, listEntitlements, queryEntitlements } from '../app/entitlements/entitlements.ts'
import { getPlan, listPlans } from '../app/entitlements/plans.ts'
import { listConsumptions } from '../app/ledger/consumptions.ts'
import { History } from '../app/ledger/history.ts'
import { getPurchase } from '../app/purchases/purchases.ts'
import { listHolders } from '../app/usage/holders.ts'
import { getReservation, listReservations } from '../app/usage/reservations.ts'
import type { CallServices } from '../app/services.ts'
import { consumptionsInput } from '../contract/schemas/consumptions.ts'
import {
  entitlementInput,
  entitlementsInput,
  ledgerInput,
  ofFeatureInput,
  planInput,
  plansInput,
  purchaseInput,
  queryEntitlementsInput,
  reservationInput,
} from './inputs.ts'
import { BoundCalls } from './bound-calls.ts'

/** What is recorded: rights, plans, history and purchases, one by one and as pages of lists. */
export class ReadingCalls extends BoundCalls {
  entitlement(asked: z.input<typeof entitlementInput>) {
    return this.answer('getEntitlement', entitlementInput, asked, async ({ input, services, caller }) =>
      getEntitlement(await listed(services), input.userId, input.entitlementId, caller),
    )
  }

  entitlements(asked: z.input<typeof entitlementsInput>) {
    return this.answer('listEntitlements', entitlementsInput, asked, async ({ input, services, caller }) => {
      const { userId, ...query } = input
      return listEntitlements(await listed(services), userId, query, caller)
    })
  }

  queryEntitlements(asked: z.input<typeof queryEntitlementsInput>) {
    return this.answer(
      'queryEntitlements',
      queryEntitlementsInput,
      asked,
      async ({ input, services, caller }) => queryEntitlements(await listed(services), input, caller),
    )
  }

  plan(asked: z.input<typeof planInput>) {
    return this.answer('getPlan', planInput, asked, async ({ input, services }) =>
      getPlan(await listed(services), input.userId, input.sourceRef),
    )
  }

  plans(asked: z.input<typeof plansInput>) {
    return this.answer('listPlans', plansInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listPlans(await listed(services), userId, query)
    })
  }

  ledger(asked: z.input<typeof ledgerInput>) {
    return this.answer('listLedger', ledgerInput, asked, async ({ input, services, caller }) => {
      const { userId, ...query } = input
      return new History(await listed(services)).list(userId, query, caller)
    })
  }

  consumptions(asked: z.input<typeof consumptionsInput>) {
    return this.answer('listConsumptions', consumptionsInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listConsumptions(await services.listing(), userId, query)
    })
  }

  holders(asked: z.input<typeof ofFeatureInput>) {
    return this.answer('listHolders', ofFeatureInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listHolders(await services.listing(), userId, query)
    })
  }

  reservations(asked: z.input<typeof ofFeatureInput>) {
    return this.answer('listReservations', ofFeatureInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listReservations(await listed(services), userId, query)
    })
  }

  reservation(asked: z.input<typeof reservationInput>) {
    return this.answer('getReservation', reservationInput, asked, async ({ input, services }) =>
      getReservation(await listed(services), input.userId, input.reservationId),
    )
  }

  purchase(asked: z.input<typeof purchaseInput>) {
    return this.answer('getPurchase', purchaseInput, asked, async ({ input, services, caller }) =>
      getPurchase(await listed(services), input, caller),
    )
  }
}

/** With what lists go by. */
async function listed(services: CallServices) {
  return { ...services, ...(await services.listing()) }
}
