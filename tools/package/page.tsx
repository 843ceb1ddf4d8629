// Somebody else's page and app, which hold React and Hono besides: what it says has to compile.
import { type Context, Hono } from 'hono'
import { type ReactNode, createElement } from 'react'
import { createLedger, pageAccess } from 'entitlement-ledger/client'
import { accessRoute, requireAccess } from 'entitlement-ledger/hono'
import {
  Can,
  Entitlements,
  type ShownAccess,
  routeSource,
  useAccess,
  useUntil,
} from 'entitlement-ledger/react'

interface Env {
  Bindings: { readonly ENTITLEMENTS: object }
  Variables: { readonly userId: string | undefined }
}

const who = {
  ledger: (c: Context<Env>) => createLedger({ binding: c.env.ENTITLEMENTS }),
  user: (c: Context<Env>) => c.get('userId'),
}

export const app = new Hono<Env>()
app.route('/api/access', accessRoute<Env>(who))
app.post('/export', requireAccess<Env>('export-4k', who), (c) => c.text('here it is'))
app.post('/render', requireAccess<Env>('renders', who, { amount: 4 }), (c) => c.text('four of them'))

export async function initialOf(userId: string) {
  return pageAccess(await createLedger({ binding: {} }).user(userId).access({ all: true }))
}

const source = routeSource('/api/access')

function Seats(): ReactNode {
  const access: ShownAccess = useAccess('seats')
  // @ts-expect-error -- what is not known is neither on nor off
  const wrong: boolean = access.allowed
  if (access.status === 'unknown') return access.error.code
  if (access.status === 'pending') return wrong
  const allowed: boolean = access.allowed
  return allowed ? access.balance?.remaining : access.reason
}

function Thanks(): ReactNode {
  const { status, purchase } = useUntil('export-4k', { purchase: { provider: 'stripe', id: 'cs_1' } })
  return status === 'still-waiting' ? purchase?.reason : status
}

export function Page({ initial }: { readonly initial: Awaited<ReturnType<typeof initialOf>> }): ReactNode {
  return (
    <Entitlements user={initial.userId} source={source} initial={initial} noSeconds={30}>
      <Can feature="export-4k" pending="…" fallback={createElement('p', null, 'Upgrade')}>
        <Seats />
        <Thanks />
      </Can>
    </Entitlements>
  )
}
