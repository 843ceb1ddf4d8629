import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { describe, expect, it, vi } from 'vitest'
import { errorText, log, logging } from '../../src/platform/log.ts'

describe('a line of the log', () => {
  it('bears the ids of the requests on whose behalf it is written', async () => {
    const lines = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await logging(['req_1', 'req_2'], async () => {
      await Promise.resolve()
      log('warn', 'tested', {})
    })
    expect(lines).toHaveBeenCalledWith('{"level":"warn","event":"tested","requestId":"req_1 req_2"}')
    lines.mockRestore()
  })

  it('holds no text that is longer than 500 characters, wherever it stands, but the ids of its requests', () => {
    const lines = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const long = '/webhooks/'.padEnd(8000, 'x')
    const requestId = Array.from({ length: 50 }, (_, index) => `req_${index}`.padEnd(128, '0')).join(' ')
    log('warn', 'tested', { requestId, path: long, inner: { error: [long] } })
    const line = JSON.parse(String(lines.mock.lastCall))
    lines.mockRestore()
    expect(line).toEqual({
      level: 'warn',
      event: 'tested',
      requestId,
      path: `${long.slice(0, 500)}…`,
      inner: { error: [`${long.slice(0, 500)}…`] },
    })
  })

  it('names no user when a query about them failed', async () => {
    const nowhere = sqliteTable('nowhere', { userId: text('user_id') })
    const query = drizzle(env.DB).select().from(nowhere).where(eq(nowhere.userId, 'alice@example.com'))
    const error: unknown = await query.catch((caught: unknown) => caught)
    expect(String(error)).toContain('alice@example.com') // as Drizzle tells it
    expect(errorText(error)).toContain('no such table: nowhere')
    expect(errorText(error)).not.toContain('alice')
  })
})
