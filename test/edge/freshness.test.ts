import { describe, expect, it } from 'vitest'
import {
  type Demand,
  type Freshness,
  NO_DEMAND,
  isAgeing,
  mayAnswer,
  mayAnswerDegraded,
} from '../../src/edge/freshness.ts'

const freshness: Freshness = {
  memoryMaxAgeMs: 30_000,
  allowMaxAgeMs: 600_000,
  denyMaxAgeMs: 5_000,
  staleIfErrorMs: 3_600_000,
  checkTimeoutMs: 1_500,
}
const NOW = 10_000_000
const confirmed = (ageMs: number, version = 7) => ({
  userId: 'u',
  version,
  confirmedAt: NOW - ageMs,
  features: {},
})
const demanding = (demand: Partial<Demand>): Demand => ({ ...NO_DEMAND, ...demand })
const answers = (ageMs: number, isYes: boolean, demand: Partial<Demand> = {}) =>
  mayAnswer(confirmed(ageMs), isYes, demanding(demand), freshness, NOW)
const answersDegraded = (ageMs: number, isYes: boolean, demand: Partial<Demand> = {}) =>
  mayAnswerDegraded(confirmed(ageMs), isYes, demanding(demand), freshness, NOW)

describe('a copy', () => {
  it('gives a yes up to ten minutes after its confirmation, and no longer', () => {
    expect([answers(599_999, true), answers(600_000, true)]).toEqual([true, false])
  })

  it('gives a no for five seconds only: who has just paid is told no by no cache', () => {
    expect([answers(4_999, false), answers(5_000, false)]).toEqual([true, false])
  })

  it('gives nothing older than the caller takes', () => {
    expect(answers(10_000, true, { maxAgeMs: 10_000 })).toBe(true)
    expect(answers(10_001, true, { maxAgeMs: 10_000 })).toBe(false)
    expect(answers(5_000, false, { maxAgeMs: 10_000 })).toBe(false)
  })

  it('gives nothing below the version that the caller knows of', () => {
    expect(answers(0, true, { minVersion: 7 })).toBe(true)
    expect(answers(0, true, { minVersion: 8 })).toBe(false)
  })

  it('gives nothing to who asks for the object itself', () => {
    expect(answers(0, true, { strong: true })).toBe(false)
  })

  it('is confirmed again past half the bound', () => {
    expect(isAgeing(confirmed(300_000), freshness, NOW)).toBe(false)
    expect(isAgeing(confirmed(300_001), freshness, NOW)).toBe(true)
  })
})

describe('a copy whose object does not answer', () => {
  it('gives its yes up to an hour after its confirmation', () => {
    expect([answersDegraded(3_599_999, true), answersDegraded(3_600_000, true)]).toEqual([true, false])
  })

  it('never gives a no: that may have been made up', () => {
    expect(answersDegraded(6_000, false)).toBe(false)
  })

  it('bends no demand of the caller', () => {
    expect(answersDegraded(700_000, true, { strong: true })).toBe(false)
    expect(answersDegraded(700_000, true, { minVersion: 8 })).toBe(false)
    expect(answersDegraded(700_000, true, { maxAgeMs: 699_999 })).toBe(false)
  })
})
