import { Can, Entitlements, routeSource, useAccess, useRefresh, useUntil } from 'entitlement-ledger/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'

const source = routeSource('/api/access')

function Shop({ user }: { readonly user: string }) {
  const asked = new URLSearchParams(location.search)
  const bought = asked.get('bought')
  const upgraded = asked.get('upgraded')
  return (
    <Entitlements user={user} source={source}>
      <h1>The studio</h1>
      {bought !== null && <Bought id={bought} />}
      {upgraded !== null && <Upgraded id={upgraded} />}
      <Can
        feature="studio"
        pending={<p>One moment…</p>}
        unknown={<p>We cannot tell now.</p>}
        fallback={<Offer />}
      >
        <Renders />
        <Can feature="export-4k" fallback={<To action="/upgrade">Upgrade to Max: 500 renders, and 4K</To>}>
          <Export />
        </Can>
        <To action="/cancel">Cancel</To>
      </Can>
    </Entitlements>
  )
}

/** The page after the checkout: its events may come after the buyer. */
function Bought({ id }: { readonly id: string }) {
  const { status } = useUntil('studio', { purchase: { provider: 'stripe', id } })
  if (status === 'confirmed') return <p role="status">It is yours.</p>
  if (status === 'asking') return <p role="status">Thank you. Your payment is on its way.</p>
  return <p role="status">Thank you. We tell you when it is there.</p>
}

function Upgraded({ id }: { readonly id: string }) {
  const { status } = useUntil('export-4k', { purchase: { provider: 'stripe', id } })
  return <p role="status">{status === 'confirmed' ? 'You have Max.' : 'Max is on its way.'}</p>
}

function Offer() {
  return <To action="/buy">Buy Lite: 100 renders a month</To>
}

/** What may be used up. */
function Renders() {
  const { balance } = useAccess('renders')
  const refresh = useRefresh()
  const render = async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    const answer = await fetch('/api/render', { method: 'POST', headers })
    if (answer.ok) await refresh((await answer.json()).version)
  }
  return (
    <p>
      <output>{balance === undefined ? '…' : `${balance.remaining} renders left`}</output>{' '}
      <button onClick={() => void render()}>Render</button>
    </p>
  )
}

function Export() {
  const [said, setSaid] = useState('')
  const run = async () => setSaid(await (await fetch('/api/export', { method: 'POST' })).text())
  return (
    <p>
      <button onClick={() => void run()}>Export</button> <output>{said}</output>
    </p>
  )
}

function To({ action, children }: { readonly action: string; readonly children: string }) {
  return (
    <form method="post" action={action}>
      <button>{children}</button>
    </form>
  )
}

const root = document.querySelector<HTMLElement>('#root')
if (root !== null) createRoot(root).render(<Shop user={root.dataset['user'] ?? ''} />)
