import { expect } from 'vitest'
import { bought } from '../story.ts'
import type { Rows } from './rows.ts'

/** What happens alike at several providers when money is given back, or is disputed. */
export const MONEY_BACK: Rows = {
  'The running period is refunded in full': async (name) => {
    const story = await bought(name, { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('09-16')
    expect(story.on('09-16')).toBe('nothing: no_entitlement, 0')
  },

  'An older period is refunded in full': async (name) => {
    const story = await bought(name)
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  },

  'A change within a period or an extra invoice is refunded': async (name) => {
    const story = await bought(name)
    await story.changes({ plan: 'max' }, 'paid', '03-10')
    await story.paysExtra('03-12')
    await story.refunds('c1', '03-15')
    await story.refunds('x1', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  },

  'A part is refunded': async (name) => {
    const kept = await bought(name)
    await kept.refunds('p0', '03-15', 450)
    expect(kept.on('03-15')).toBe('basic: granted, 100')

    const revoked = await bought(name, { partialRefund: 'revoke' })
    await revoked.refunds('p0', '03-15', 450)
    expect(revoked.on('03-15')).toBe('nothing: no_entitlement, 0')
  },

  'What was spent already is refunded': async (name) => {
    const forgiven = await bought(name)
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought(name, { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-07')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-09')).toBe('nothing: no_entitlement, 0')
  },

  'A renewal fails after a refund': async (name) => {
    const story = await bought(name)
    await story.refunds('p0', '03-15')
    await story.fails()
    expect(story.on('04-03')).toBe('basic: in_grace, 0')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  },

  'The payment of the running period is disputed, and the dispute is won': async (name) => {
    const story = await bought(name)
    await story.disputes('p0', 'disputed', '03-10')
    expect(story.on('03-10')).toBe('nothing: suspended, 0')
    await story.disputes('p0', 'dispute_won', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  },

  'The payment of the running period is disputed, and the dispute is lost': async (name) => {
    const story = await bought(name)
    await story.disputes('p0', 'disputed', '03-10')
    await story.disputes('p0', 'dispute_lost', '03-20')
    expect(story.on('03-20')).toBe('nothing: no_entitlement, 0')
  },

  'The payment of an older period is disputed': async (name) => {
    const story = await bought(name)
    await story.renews()
    await story.disputes('p0', 'disputed', '04-10')
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.disputes('p0', 'dispute_lost', '04-20')
    expect(story.on('04-20')).toBe('basic: granted, 100')
  },
}
