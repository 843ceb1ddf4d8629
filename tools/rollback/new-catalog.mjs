/** Who has used what everybody has: the version before takes the entry of that for another than was folded. */
export const OF_EVERYBODY = 'u_of_everybody'

const PUT = [
  { path: 'features/free', body: { type: 'metered' } },
  { path: 'features/beta', body: { type: 'boolean' } },
  { path: 'features/extra', body: { type: 'config', combine: 'sum' } },
  {
    path: 'products/free',
    body: { name: 'Free', features: [{ feature: 'free', amount: 10 }], everyone: true },
  },
  { path: 'products/deal', body: { name: 'Deal', features: [{ feature: 'free', amount: 100 }] } },
]

const GIVEN = [
  { path: `${OF_EVERYBODY}/consumptions`, body: { feature: 'free', amount: 4 } },
  { path: 'u_deal/products', body: { product: 'deal', sourceRef: 'deal' } },
  { path: 'u_extra/entitlements', body: { feature: 'extra', value: 50 } },
  { path: 'u_extra/entitlements', body: { feature: 'extra', value: 10, priority: 1 } },
  { path: 'u_beta/entitlements', body: { feature: 'beta' } },
]

/** Lets the version here write what the one before does not know: everybody's, a plan, values that are summed, the switch. */
export async function writeNewCatalog({ ask }, at) {
  const written = []
  for (const { path, body } of PUT) written.push(await ask('PUT', `/v4/${path}`, { at, body }))
  for (const [index, { path, body }] of GIVEN.entries()) {
    const headers = { 'Idempotency-Key': `n-catalog-${index}` }
    written.push(await ask('POST', `/v4/users/${path}`, { at, body, headers }))
  }
  written.push(await ask('PATCH', '/v4/features/beta', { at, body: { enabled: false } }))
  const refused = written.find(({ status }) => status >= 300)
  if (refused !== undefined) throw new Error(refused.body)
}

/** What the version before makes of it, as `docs/operating/deploy.md` says. */
export async function expectNewCatalogBefore(old, at, expectThat) {
  const is = expectingOf(old, at, expectThat)
  await is('Recorded of everybody’s', `${OF_EVERYBODY}/access/free`, ({ balance }) => balance.remaining === 6)
  await is('Not recorded of everybody’s', 'u_nobody/access/free', ({ allowed }) => !allowed)
  const isOther = ({ intact, firstWrong }) => !intact && firstWrong.kind === 'meaning'
  await is('The proof of everybody’s', `${OF_EVERYBODY}/ledger/verify`, isOther)
  await is('A plan', 'u_deal/access/free', ({ balance }) => balance.remaining === 100)
  await is('The proof of a plan', 'u_deal/ledger/verify', ({ intact }) => intact)
  await is('Values that were summed', 'u_extra/access/extra', ({ value }) => value === 10)
  await is('What was switched off', 'u_beta/access/beta', ({ allowed }) => allowed)
  const less = { name: 'Deal', features: [{ feature: 'free', amount: 50 }] }
  expectThat(...told('A product', await old.ask('PUT', '/v4/products/deal', { at, body: less })))
  const renamed = { name: 'Gratis', features: [{ feature: 'free', amount: 10 }] }
  expectThat(...told('Everybody’s product', await old.ask('PUT', '/v4/products/free', { at, body: renamed })))
  await old.sweep(at)
  await is(
    'A plan whose product gives less',
    'u_deal/access/free',
    ({ balance }) => balance.remaining === 100,
  )
}

/** What is there again once the version here is deployed anew. */
export async function expectNewCatalogAgain(deployment, at, expectThat) {
  const is = expectingOf(deployment, at, expectThat)
  await is('The proof of everybody’s, again', `${OF_EVERYBODY}/ledger/verify`, ({ intact }) => intact)
  await is('Everybody’s, again', 'u_nobody/access/free', ({ balance }) => balance.remaining === 10)
  await is('Values, again', 'u_extra/access/extra', ({ value }) => value === 60)
  await is('The switch, again', 'u_beta/access/beta', ({ reason }) => reason === 'disabled')
  await is('The plan, again', 'u_deal/access/free', ({ balance }) => balance.remaining === 110)
  const more = { name: 'Deal', features: [{ feature: 'free', amount: 60 }] }
  expectThat(
    ...told('A product, again', await deployment.ask('PUT', '/v4/products/deal', { at, body: more })),
  )
  const isFollowing = ({ balance }) => balance.remaining === 70
  await is('The plan, once its product is changed again', 'u_deal/access/free', isFollowing)
  const log = await deployment.ask('GET', '/v4/catalog/changes?order=newest&limit=2', { at })
  const [last, before] = JSON.parse(log.body).items
  const isMissing = last.key === 'deal' && before.key === 'beta' && last.version > before.version + 1
  expectThat(isMissing, 'The log, which lacks what the version before changed', log)
}

function expectingOf({ ask }, at, expectThat) {
  return async (what, path, holds) => {
    const fresh = path.includes('/access/') ? '?consistency=strong' : ''
    const answer = await ask('GET', `/v4/users/${path}${fresh}`, { at })
    expectThat(answer.status === 200 && holds(JSON.parse(answer.body)), what, answer)
  }
}

function told(what, answer) {
  return [answer.status < 300, what, answer]
}
