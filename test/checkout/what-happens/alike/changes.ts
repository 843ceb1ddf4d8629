import { expect } from 'vitest'
import { bought } from '../story.ts'
import type { Rows } from './rows.ts'

/** What happens alike at several providers when what is subscribed to changes. */
export const CHANGES: Rows = {
  'The plan goes up': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  },

  'The plan goes up and down again within a period': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  },

  'A change is charged at once, and declined': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'declined', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    expect(story.on('03-31')).toBe('basic: granted, 40')
    await story.settlesChange('03-18')
    expect(story.on('03-18')).toBe('basic pro: granted, 440')
  },

  'The quantity goes up, and down again': async (name) => {
    const story = await bought(name)
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  },

  'An item is added, and taken away': async (name) => {
    const story = await bought(name)
    await story.changes({ addon: true }, 'paid', '03-10')
    expect(story.on('03-10')).toBe('basic extra: granted, 150')
    await story.changes({ addon: false }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  },

  'It changes to a price that nobody mapped': async (name) => {
    const story = await bought(name, { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  },
}
