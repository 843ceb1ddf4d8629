import { expect } from 'vitest'
import { bought } from '../story.ts'
import type { Rows } from './rows.ts'

/** What happens alike at several providers when a subscription renews, or does not. */
export const RENEWALS: Rows = {
  'A renewal is told before it is paid': async (name) => {
    const usual = await bought(name)
    await usual.moves()
    expect(usual.on('04-01')).toBe('basic: granted, 100')

    const strict = await bought(name, { amounts: 'on_payment' })
    await strict.spends(60, '03-20')
    await strict.moves()
    expect(strict.on('04-01')).toBe('basic: granted, 40')
    await strict.recovers('04-02')
    expect(strict.on('04-02')).toBe('basic: granted, 100')
  },

  'A renewal fails, and is paid later': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-01')).toBe('basic: in_grace, 40')
    await story.spends(10, '04-02')
    await story.failsAgain('04-04')
    expect(story.on('04-07')).toBe('basic: in_grace, 30')
    await story.recovers('04-07')
    expect(story.on('04-07')).toBe('basic: granted, 100')
    expect(story.on('05-01')).toBe('basic: in_grace, 100')
  },

  'A renewal fails, and is never paid': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'unpaid')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  },

  'An invoice on account is overdue': async (name) => {
    const story = await bought(name, { isByInvoice: true })
    await story.moves()
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.failsAgain('04-15')
    expect(story.on('04-21')).toBe('basic: in_grace, 100')
    expect(story.on('04-23')).toBe('nothing: expired, 0')
    await story.recovers('04-25')
    expect(story.on('04-25')).toBe('basic: granted, 100')
  },

  'The card is changed': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-20')
    await story.changesCard('03-21')
    expect(story.on('03-21')).toBe('basic: granted, 40')
  },
}
