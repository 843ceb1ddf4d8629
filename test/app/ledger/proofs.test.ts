import { expect, it } from 'vitest'
import { Proofs } from '../../../src/app/ledger/proofs.ts'
import type { Verdict } from '../../../src/ledger/store/proof/verify.ts'

const INTACT: Verdict = { intact: true, version: 1, hash: 'hash' }

function someProofs() {
  const proofs = new Proofs({ now: () => Date.now(), waitUntil: (work) => void work.catch(() => undefined) })
  const seen = { proved: 0, atOnce: 0, mostAtOnce: 0 }
  const prove = async () => {
    seen.proved += 1
    seen.atOnce += 1
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce)
    await scheduler.wait(1)
    seen.atOnce -= 1
    return INTACT
  }
  return { proofs, seen, prove }
}

it('one proof of a user serves all who ask the same at once', async () => {
  const { proofs, seen, prove } = someProofs()
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => proofs.verdict('ann', 'all', prove)))
  expect(new Set(verdicts)).toEqual(new Set([INTACT]))
  expect(seen).toMatchObject({ proved: 1 })
  await proofs.verdict('ann', 'all', prove)
  expect(seen).toMatchObject({ proved: 2 })
})

it('those who ask another wait until it is done, and those of other users do not', async () => {
  const { proofs, seen, prove } = someProofs()
  const asked = Array.from({ length: 8 }, (_, index) => proofs.verdict('ann', `head ${index}`, prove))
  await Promise.all(asked)
  expect(seen).toMatchObject({ proved: 8, mostAtOnce: 1 })
  await Promise.all(['ann', 'ben', 'cleo'].map((userId) => proofs.verdict(userId, 'all', prove)))
  expect(seen).toMatchObject({ proved: 11, mostAtOnce: 3 })
})

it('one that fails is asked anew by those who waited for it', async () => {
  const { proofs, seen, prove } = someProofs()
  const failing = proofs.verdict('ann', 'all', () => Promise.reject(new Error('D1 is down')))
  const waiting = proofs.verdict('ann', 'all', prove)
  await expect(failing).rejects.toThrow('D1 is down')
  expect(await waiting).toEqual(INTACT)
  expect(seen).toMatchObject({ proved: 1 })
})
