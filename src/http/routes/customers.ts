import type { Hono } from 'hono'
import { customerToWire } from '../../app/wire/inbox-to-wire.ts'
import {
  type CustomerLink,
  customerLink,
  forgetCustomer,
  putCustomerLink,
} from '../../owners/customer-link.ts'
import { stayedPurchases } from '../../owners/customers.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Which users the customers of providers are. */
export function customers(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, followNow, followUp } = services

  route(app, services, 'putCustomer', async ({ params: { provider, customerId }, body }) => {
    const { account, userId, named: isWithNamed } = body
    const of = { provider, account }
    const at = now()
    const put = { customerId, userId, isWithNamed, now: at }
    const { created, link, change } = await putCustomerLink(db, of, put)
    followNow(change)
    followUp({ what: 'customer', at })
    if (link === null) throw new HttpProblem('customer_not_found')
    const stayed = await stayedPurchases(db, of, { customerId, userId })
    return Response.json({ ...customerToWire(link), stayed }, { status: created ? 201 : 200 })
  })
  route(app, services, 'getCustomer', async ({ params: { provider, customerId }, query: { account } }) =>
    answer(await customerLink(db, { provider, account }, customerId)),
  )
  route(app, services, 'deleteCustomer', async ({ params: { provider, customerId }, query: { account } }) => {
    const of = { provider, account }
    const forgotten = await forgetCustomer(db, of, customerId)
    if (forgotten === null && (await customerLink(db, of, customerId))?.moving === true) {
      throw new HttpProblem('customer_moving')
    }
    return answer(forgotten)
  })
}

function answer(link: CustomerLink | null): Response {
  if (link === null) throw new HttpProblem('customer_not_found')
  return Response.json(customerToWire(link))
}
