import { type ReactNode, StrictMode, createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { type ReactTestRenderer, act, create } from 'react-test-renderer'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import { Can } from '../../../src/client/react/can.ts'
import { Entitlements, type EntitlementsProps } from '../../../src/client/react/entitlements.ts'
import { useAccess, useRefresh } from '../../../src/client/react/use-access.ts'
import { useUntil } from '../../../src/client/react/use-until.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import { pageAccess } from '../../../src/client/page-access.ts'
import { APage, USER, inABrowser } from './a-page.ts'

const F = 'export-4k'

function Shown({ feature = F }: { readonly feature?: string }): ReactNode {
  const { status, allowed } = useAccess(feature)
  return `${status} ${String(allowed)}`
}

const can = createElement(Can, { feature: F, fallback: 'no', pending: '…', unknown: '?' }, 'yes')

function within(props: Omit<EntitlementsProps, 'user'>, ...pieces: readonly ReactNode[]) {
  return createElement(Entitlements, { user: USER, ...props }, ...pieces)
}

let page: APage

inABrowser()

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  page = new APage()
})

/** Renders as React does while an app is written: every effect begins twice. */
async function rendered(node: ReactNode): Promise<ReactTestRenderer> {
  let root: ReactTestRenderer | null = null
  await act(async () => {
    root = create(createElement(StrictMode, null, node))
  })
  if (root === null) throw new Error('Nothing was rendered')
  return root
}

async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms)
  })
}

describe('on the server', () => {
  it('what was answered is rendered as it is, and what was not is pending', () => {
    page.features = { [F]: true }
    const initial = page.list()
    expect(renderToString(within({ source: page.source, initial }, can))).toBe('yes')
    expect(renderToString(within({ source: page.source, initial }, createElement(Shown)))).toBe('known true')
    expect(renderToString(within({ source: page.source }, can))).toBe('…')
    expect(page.questions).toEqual([])
  })

  it('a page is told no id of an entitlement', async () => {
    const list = await fakeLedger({ [USER]: [F] })
      .user(USER)
      .access({ all: true })
    const [given] = list.features.flatMap(({ entitlements }) => entitlements)
    expect(given).toMatch(/^ent_/)
    expect(JSON.stringify(pageAccess(list))).not.toContain('ent_')
    expect(pageAccess(list).features).toMatchObject([{ feature: F, allowed: true, reason: 'granted' }])
  })
})

describe('<Can>', () => {
  it('shows neither to whom it is not known of', async () => {
    page.isLate = true
    page.error = new LedgerError({ code: 'no_answer' })
    const root = await rendered(within({ source: page.source }, can))
    expect(root.toJSON()).toBe('…')
    await act(() => page.answer())
    expect(root.toJSON()).toBe('?')
    page.error = null
    page.isLate = false
    page.features = { [F]: false }
    await pass(1000)
    expect(root.toJSON()).toBe('no')
    page.features = { [F]: true }
    await pass(6000)
    expect(root.toJSON()).toBe('yes')
  })
})

describe('a page', () => {
  it('goes on with one store where its source is made anew with every rendering', async () => {
    page.features = { [F]: true }
    const shown = () => within({ source: (asked) => page.source.access(asked) }, can)
    const root = await rendered(shown())
    const before = page.questions.length
    await act(async () => root.update(createElement(StrictMode, null, shown())))
    expect(page.questions).toHaveLength(before)
    expect(root.toJSON()).toBe('yes')
    const other = new APage()
    other.features = { [F]: false }
    await act(async () => root.update(createElement(StrictMode, null, within({ source: other.source }, can))))
    await pass(31_000)
    expect(page.questions).toHaveLength(before)
    expect(root.toJSON()).toBe('no')
  })

  it('shows nothing of one user to another', async () => {
    page.features = { [F]: true }
    const root = await rendered(within({ source: page.source }, can))
    expect(root.toJSON()).toBe('yes')
    page.isLate = true
    const other = createElement(Entitlements, { user: 'u_7', source: page.source }, can)
    await act(async () => root.update(createElement(StrictMode, null, other)))
    expect(root.toJSON()).toBe('…')
  })

  it('asks nothing once it is gone', async () => {
    const root = await rendered(within({ source: page.source }, can))
    await act(async () => root.unmount())
    const before = page.questions.length
    await pass(60_000)
    expect(page.questions).toHaveLength(before)
  })

  it('asks at once where it is told that something has changed', async () => {
    let refresh: (minVersion?: number) => Promise<void> = () => Promise.reject(new Error('not there'))
    const Refresh = () => {
      refresh = useRefresh()
      return null
    }
    page.features = { [F]: false }
    const root = await rendered(within({ source: page.source }, can, createElement(Refresh)))
    page.features = { [F]: true }
    page.version = 5
    await act(() => refresh(5))
    expect(page.questions.at(-1)).toMatchObject({ minVersion: 5 })
    expect(root.toJSON()).toBe('yes')
  })

  it('without a user around it is said so', () => {
    expect(() => renderToString(can)).toThrow('Outside of <Entitlements>')
  })
})

describe('the page after a checkout', () => {
  it('becomes confirmed together with all that shows it', async () => {
    const seen: string[] = []
    function Thanks(): ReactNode {
      const { status } = useUntil(F)
      const { allowed } = useAccess(F)
      const text = `${status} ${String(allowed)}`
      if (seen.at(-1) !== text) seen.push(text)
      return text
    }
    page.features = { [F]: false }
    const root = await rendered(within({ source: page.source, initial: page.list() }, createElement(Thanks)))
    expect(root.toJSON()).toBe('asking false')
    page.features = { [F]: true }
    await pass(1000)
    expect(root.toJSON()).toBe('confirmed true')
    expect(seen.filter((text) => !['asking false', 'asking true', 'confirmed true'].includes(text))).toEqual(
      [],
    )
    await pass(60_000)
    expect(root.toJSON()).toBe('confirmed true')
  })

  it('asks as one where every effect begins twice, and nothing once it is gone', async () => {
    const Thanks = () => useUntil(F, { timeoutMs: 60_000 }).status
    const root = await rendered(within({ source: page.source }, createElement(Thanks)))
    expect(page.questions.filter(({ signal }) => !signal.aborted)).toHaveLength(1)
    const before = page.questions.length
    await pass(2000)
    expect(page.questions).toHaveLength(before + 2)
    await act(async () => root.unmount())
    await pass(60_000)
    expect(page.questions).toHaveLength(before + 2)
  })

  it('tells what has become of the purchase', async () => {
    page.purchase = { state: 'waiting', reason: 'not_paid' }
    const Thanks = () => {
      // A new object with every rendering is the same purchase.
      const { status, purchase } = useUntil(F, {
        timeoutMs: 3000,
        purchase: { provider: 'stripe', id: 'cs_1' },
      })
      return `${status} ${String(purchase?.reason)}`
    }
    const root = await rendered(within({ source: page.shop }, createElement(Thanks)))
    expect(root.toJSON()).toBe('asking not_paid')
    await pass(3000)
    expect(root.toJSON()).toBe('still-waiting not_paid')
  })
})
