import type { Hono } from 'hono'
import { forgetCustomer, getCustomer, putCustomer } from '../../app/customers/customers.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Which users the customers of providers are. */
export function customers(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'putCustomer', async ({ params, body }) => {
    const { isNew, customer } = await putCustomer(services, params, body)
    return Response.json(customer, { status: isNew ? 201 : 200 })
  })
  route(app, services, 'getCustomer', async ({ params, query }) =>
    Response.json(await getCustomer(services, { ...params, ...query })),
  )
  route(app, services, 'deleteCustomer', async ({ params, query }) =>
    Response.json(await forgetCustomer(services, { ...params, ...query })),
  )
}
