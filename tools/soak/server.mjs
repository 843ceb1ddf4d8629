// One life of the server, in a process of its own that is killed together with all it started: see mortal-server.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate, startMiniflare } from '../bench/servers.mjs'

/** The platform wakes the keeper once a minute; nobody wants to wait for that here. */
const WAKE_EVERY_MS = 500

const { isFirst, ...options } = JSON.parse(process.argv[2])

// Whoever is left alone has nothing to live for.
process.on('disconnect', () => process.exit())

const miniflare = await startMiniflare({ ...options, sockets: { default: 0 } })
const db = await miniflare.getD1Database('DB')
if (isFirst) await migrate(db)

// What the dead had claimed or put off is due: as if the server had been away for as long as that takes.
await db.prepare('UPDATE inbox SET next_attempt_at = 0 WHERE next_attempt_at IS NOT NULL').run()

process.send({ url: (await miniflare.unsafeGetDirectURL()).origin })

const worker = await miniflare.getWorker()
for (;;) {
  await worker.scheduled({ cron: '* * * * *' })
  await sleep(WAKE_EVERY_MS)
}
