import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A change of a product that can be held and go on: while it is held its row lies here, so that the keeper knows of nothing to
 * follow. Who has followed by then is not looked at again. `wake` wakes the keeper.
 */
export function heldChange(db, wake) {
  let held = null
  const left = async () =>
    Number(
      await db
        .prepare(
          `SELECT count(*) AS count FROM source_references INDEXED BY source_references_by_reference
          WHERE reference = 'known' AND provider = 'standard-webhooks' AND catalog_version < ?`,
        )
        .bind(held.catalog_version)
        .first('count'),
    )
  return {
    /** How many sources have not followed. */
    left,
    /** Returns once what the keeper had begun has ended. */
    async hold() {
      held = (await db.prepare('DELETE FROM changed_references RETURNING *').first()) ?? held
      let before
      for (let now = await left(); now !== before; now = await left()) {
        before = now
        await sleep(500)
      }
    },
    async goOn() {
      const row = { ...held, goes_on_after: '', rounds: 0, due_at: 0 }
      const columns = Object.keys(row)
      await db
        .prepare(
          `INSERT INTO changed_references (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
        )
        .bind(...Object.values(row))
        .run()
      await wake()
    },
  }
}
