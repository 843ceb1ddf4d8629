import type { Hono } from 'hono'
import { forgetCustomer, getCustomer, putCustomer } from '../../app/customers/customers.ts'
import { versioned } from '../answers/versioned.ts'
import { conditionOf } from './condition-of.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Which users the customers of providers are. */
export function customers(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'putCustomer', async ({ params, headers, body }) => {
    const { isNew, customer } = await putCustomer(services, params, body, conditionOf(headers))
    return versioned(customer, isNew ? 201 : 200)
  })
  route(app, services, 'getCustomer', async ({ params, query }) =>
    versioned(await getCustomer(services, { ...params, ...query })),
  )
  route(app, services, 'deleteCustomer', async ({ params, query, headers }) =>
    Response.json(await forgetCustomer(services, { ...params, ...query }, conditionOf(headers))),
  )
}
