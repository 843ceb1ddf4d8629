import { expect } from 'vitest'
import { bought } from '../story.ts'
import type { Rows } from './rows.ts'

/** What happens alike at several providers when a subscription ends, rests, or leaves its trial. */
export const ENDINGS: Rows = {
  'It is paused, and resumed': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-10')
    await story.pauses('03-15')
    expect(story.on('03-16')).toBe('nothing: suspended, 0')
    await story.resumes('03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  },

  'It is cancelled at the end of the period': async (name) => {
    const story = await bought(name)
    await story.cancels('03-15')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  },

  'It is cancelled at once': async (name) => {
    const story = await bought(name)
    await story.ends('03-15')
    expect(story.on('03-15')).toBe('nothing: expired, 0')
  },

  'A period is paid after the end': async (name) => {
    const story = await bought(name)
    await story.ends('03-15')
    await story.isPaidAfterEnd('04-10')
    expect(story.on('04-10')).toBe('nothing: expired, 0')
    expect(story.shown).toEqual(['payment_after_end'])

    const unpaid = await bought(name)
    await unpaid.fails()
    await unpaid.isGivenUp('04-22', 'ended')
    await unpaid.isPaidAfterEnd('04-25', 'unpaid')
    expect(unpaid.on('04-25')).toBe('nothing: expired, 0')
    expect(unpaid.shown).toEqual(['payment_after_end'])
  },

  'A trial converts': async (name) => {
    const story = await bought(name, { trialDays: 14 })
    await story.spends(60, '03-10')
    expect(story.on('03-10')).toBe('basic: in_trial, 40')
    await story.renews()
    expect(story.on('03-16')).toBe('basic: granted, 100')
  },

  'A trial ends with a declined card': async (name) => {
    const story = await bought(name, { trialDays: 14 })
    await story.spends(60, '03-10')
    await story.fails()
    expect(story.on('03-16')).toBe('basic: in_grace, 40')
    expect(story.on('03-22')).toBe('nothing: expired, 0')
  },
}
