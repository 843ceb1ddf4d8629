import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { migrate } from './an-empty-ledger.ts'

// A file that shares a runtime finds what the one before has left of it: a database with its tables, and whatever it pretended.
vi.useRealTimers()
vi.restoreAllMocks()
vi.unstubAllGlobals()

const found = await env.DB.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'entries'`).first()
if (found === null) await migrate()
