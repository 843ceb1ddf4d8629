import { describe, expect, it } from 'vitest'
import {
  type AnswerKind,
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
  valueMaxAgeMs: 60_000,
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
const answers = (ageMs: number, kind: AnswerKind, demand: Partial<Demand> = {}) =>
  mayAnswer(confirmed(ageMs), kind, demanding(demand), freshness, NOW)
const answersDegraded = (ageMs: number, kind: AnswerKind, demand: Partial<Demand> = {}) =>
  mayAnswerDegraded(confirmed(ageMs), kind, demanding(demand), freshness, NOW)

describe('a copy', () => {
  it('gives a yes up to ten minutes after its confirmation, and no longer', () => {
    expect([answers(599_999, 'yes'), answers(600_000, 'yes')]).toEqual([true, false])
  })

  it('gives a no for five seconds only: who has just paid is told no by no cache', () => {
    expect([answers(4_999, 'no'), answers(5_000, 'no')]).toEqual([true, false])
  })

  it('gives a value as long as is set for values, and never a value that is older', () => {
    expect([answers(59_999, 'value'), answers(60_000, 'value')]).toEqual([true, false])
  })

  it('gives nothing older than the caller takes', () => {
    expect(answers(10_000, 'yes', { maxAgeMs: 10_000 })).toBe(true)
    expect(answers(10_001, 'yes', { maxAgeMs: 10_000 })).toBe(false)
    expect(answers(5_000, 'no', { maxAgeMs: 10_000 })).toBe(false)
  })

  it('gives nothing below the version that the caller knows of', () => {
    expect(answers(0, 'yes', { minVersion: 7 })).toBe(true)
    expect(answers(0, 'yes', { minVersion: 8 })).toBe(false)
  })

  it('gives nothing to who asks for the object itself', () => {
    expect(answers(0, 'yes', { strong: true })).toBe(false)
  })

  it('is confirmed again past half the bound', () => {
    expect(isAgeing(confirmed(300_000), freshness, NOW)).toBe(false)
    expect(isAgeing(confirmed(300_001), freshness, NOW)).toBe(true)
  })
})

describe('a copy whose object does not answer', () => {
  it('gives its yes up to an hour after its confirmation', () => {
    expect([answersDegraded(3_599_999, 'yes'), answersDegraded(3_600_000, 'yes')]).toEqual([true, false])
  })

  it('never gives a no: that may have been made up', () => {
    expect(answersDegraded(6_000, 'no')).toBe(false)
  })

  it('bends no demand of the caller', () => {
    expect(answersDegraded(700_000, 'yes', { strong: true })).toBe(false)
    expect(answersDegraded(700_000, 'yes', { minVersion: 8 })).toBe(false)
    expect(answersDegraded(700_000, 'yes', { maxAgeMs: 699_999 })).toBe(false)
  })
})
