import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ROOMS } from '../../tools/mutation/rooms.mjs'

describe.each(ROOMS)('The room "$name" that is mutated', ({ files, rounds }) => {
  it('has files, and tests in each round, and names none that is not there', () => {
    const tests = rounds.map((round) => round.tests)
    for (const paths of [files, ...tests]) expect(paths).not.toEqual([])
    expect([files, ...tests].flat().filter((path) => !existsSync(path))).toEqual([])
  })
})
