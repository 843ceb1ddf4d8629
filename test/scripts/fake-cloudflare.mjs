import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'

const DATABASE_ID = '3f2a9c0d-1b7e-4a5f-8c6d-2e1f0a9b8c7d'
const NAMESPACE_ID = '3f2a9c0d1b7e4a5f8c6d2e1f0a9b8c7d'
const VERSION_ID = '7c1e5a90-52d4-4f7e-9c0b-8d6a3b2f1e04'

/** Codes of Cloudflare's API, as wrangler knows them. */
const NO_DATABASE = 7404
const NO_WORKER = 10_007
const SQL_FAILED = 7500

/**
 * An account at Cloudflare, as far as a deployment of one Worker by wrangler asks for it: what is made stays, and D1 is SQLite.
 * It knows nothing of what Cloudflare would refuse.
 */
export async function startCloudflare() {
  const account = {
    hasDatabase: false,
    db: new DatabaseSync(':memory:'),
    isDeployed: false,
    secrets: [],
    /** Each request that may have changed something, as `PUT /workers/scripts/entitlement-ledger`. */
    changes: [],
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk.toString('latin1')
    const url = new URL(request.url, 'http://localhost')
    const path = url.pathname.replace(/^\/accounts\/[^/]+/, '')
    const { status = 200, result = null, error } = answerTo(account, request.method, path, body)
    const isQuestion = request.method === 'GET' || (path.endsWith('/query') && isSelect(body))
    if (!isQuestion) account.changes.push(`${request.method} ${path}`)
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(
      JSON.stringify({ success: status < 400, result, errors: error ? [error] : [], messages: [] }),
    )
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${server.address().port}`
  return { account, url, stop: () => server.close() }
}

function answerTo(account, method, path, body) {
  if (path.startsWith('/d1/database/')) {
    if (!account.hasDatabase) return refused(404, NO_DATABASE, 'The database could not be found')
    return path.endsWith('/query')
      ? queried(account.db, body)
      : { result: { uuid: DATABASE_ID, name: 'entitlement-ledger' } }
  }
  if (path === '/storage/kv/namespaces') return { result: method === 'GET' ? [] : { id: NAMESPACE_ID } }
  if (path === '/workers/subdomain') return { result: { subdomain: 'acme' } }
  if (path === '/workers/scripts') return { result: [{ id: 'entitlement-ledger', migration_tag: 'v2' }] }
  if (method === 'PUT' && path === '/workers/scripts/entitlement-ledger') account.isDeployed = true
  else if (!account.isDeployed && method === 'GET') return refused(404, NO_WORKER, 'There is no such Worker')
  return { result: ofWorker(account, path) }
}

/** What answers of any question about the Worker wrangler reads. */
function ofWorker({ secrets }, path) {
  if (path.endsWith('/secrets')) return secrets.map((name) => ({ name, type: 'secret_text' }))
  if (path.endsWith('/assets-upload-session')) return { jwt: 'a.jwt.of-assets', buckets: [] }
  return {
    id: VERSION_ID,
    deployment_id: VERSION_ID.replaceAll('-', ''),
    deployments: [],
    resources: { script: { etag: 'etag' } },
    bindings: [
      { type: 'd1', name: 'DB', id: DATABASE_ID },
      { type: 'kv_namespace', name: 'KV', namespace_id: NAMESPACE_ID },
    ],
    default_environment: {
      environment: 'production',
      script: { tag: 'tag', tags: [], last_deployed_from: 'wrangler' },
    },
    subdomain: { enabled: true, previews_enabled: false },
    enabled: true,
    previews_enabled: false,
  }
}

function queried(db, body) {
  const { sql } = JSON.parse(body)
  try {
    if (isSelect(body)) return { result: [{ success: true, results: db.prepare(sql).all(), meta: {} }] }
    for (const statement of statementsOf(sql)) db.exec(statement)
    return { result: [{ success: true, results: [], meta: {} }] }
  } catch (error) {
    return refused(400, SQL_FAILED, `${error.message}: SQLITE_ERROR`)
  }
}

/** Split as badly as D1 was ever seen to: it knows quotes and the body of a trigger, and no comment. */
function statementsOf(sql) {
  const parts = sql.match(/(?:'[^']*'|"[^"]*"|\bBEGIN\b[^]*?\bEND\b|[^;'"])+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function isSelect(body) {
  return /^\{"sql":"\s*SELECT/i.test(body.replaceAll('\\n', ' '))
}

function refused(status, code, message) {
  return { status, error: { code, message } }
}
