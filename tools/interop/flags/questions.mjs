export const USER = 'u_interop'

/** What is asked of flags, with the default of the caller, and what has to come of it. */
export const QUESTIONS = [
  { key: 'export-4k', type: 'boolean', fallback: false, expected: true },
  // A default opens no door to what there is.
  { key: 'export-8k', type: 'boolean', fallback: true, expected: false },
  { key: 'retired', type: 'boolean', fallback: true, expected: false },
  { key: 'project-limit', type: 'number', fallback: 0, expected: 5 },
  { key: 'tier', type: 'string', fallback: 'none', expected: 'gold' },
  { key: 'regions', type: 'object', fallback: {}, expected: { value: ['eu', 'us'] } },
  // What is refused and has no value, and what is no feature, are whatever the caller takes for granted.
  { key: 'seat-limit', type: 'number', fallback: 3, expected: 3 },
  { key: 'nowhere', type: 'boolean', fallback: false, expected: false },
  { key: 'renders', type: 'boolean', fallback: false, expected: true },
  { key: 'exports', type: 'boolean', fallback: true, expected: false },
]

/** What becomes of all of them where nobody answers. */
export const FALLBACKS = QUESTIONS.map(({ fallback }) => fallback)

export const EXPECTED = QUESTIONS.map(({ expected }) => expected)

/** Asks the API of a ledger, which has to do it. */
export async function api({ url, token }, method, path, body) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** Gives a user of an empty ledger what the questions are about. */
export async function prepare(ledger) {
  const features = {
    'export-4k': ['boolean', {}],
    'export-8k': ['boolean', null],
    retired: ['boolean', {}],
    'project-limit': ['config', { value: 5 }],
    tier: ['config', { value: 'gold' }],
    regions: ['config', { value: ['eu', 'us'] }],
    'seat-limit': ['config', null],
    renders: ['metered', { amount: 10 }],
    exports: ['metered', null],
  }
  for (const [feature, [type, terms]] of Object.entries(features)) {
    await api(ledger, 'PUT', `/v4/features/${feature}`, { type })
    if (terms !== null) await api(ledger, 'POST', `/v4/users/${USER}/entitlements`, { feature, ...terms })
  }
  await api(ledger, 'PATCH', '/v4/features/retired', { enabled: false })
}
