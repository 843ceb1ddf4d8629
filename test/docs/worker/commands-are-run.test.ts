import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aToken } from '../../support/token.ts'
import { type Sent, curlOf } from '../curl.ts'
import { notRun } from '../not-run.ts'
import { type Block, blocksOf, pages } from '../pages.ts'
import { type Program, type Script, Terminal, commandsIn, parseShell } from '../shell.ts'

/** A secret of a shop of one's own, as `npm start` makes one. */
const SECRET = `whsec_${btoa('a secret of thirty-two bytes ...')}`

interface Answer {
  readonly status: number
  readonly text: string
}

/** The statuses that pages tell, with their names. */
const NAMES = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [412, 'Precondition Failed'],
  [422, 'Unprocessable Content'],
])

/** What a page says that its commands answer, in their order. */
interface Stated {
  readonly status: number
  /** What the JSON below it holds, where there is some; what it leaves out may be anything. */
  readonly body: object | undefined
}

const PAGES = [...pages.keys()].filter((page) => shellOf(page).some(({ text }) => /\bcurl\b/.test(text)))

function shellOf(page: string): readonly Block[] {
  return blocksOf(page).filter(({ language }) => language === 'sh')
}

describe('the commands of the pages', () => {
  it('are those of most guides, and of the README', () => {
    expect(PAGES).toContain('README.md')
    expect(PAGES.length).toBeGreaterThan(7)
  })

  it.each(PAGES)('answer in %s what it says', async (page) => {
    const versionBefore = await forgetOtherPages()
    const answers: Answer[] = []
    const terminal = new Terminal(await programs(answers))
    for (const block of shellOf(page)) {
      const script = parseShell(ofItsOwn(afterVersion(versionBefore, block.text), page))
      if (isNotRun(script)) continue
      const before = answers.length
      await terminal.run(script)
      const stated = statedIn(ofItsOwn(block.after, page))
      const said = `${page}:${block.line}`
      const answered = answers.slice(before)
      const heard = answered.map(({ status, text }) => `${status} ${text}`).join('\n')
      expect(
        answered.map(({ status }) => status),
        `${said}\n${heard}`,
      ).toEqual(stated.map(({ status }) => status))
      for (const [place, { body }] of stated.entries()) {
        if (body === undefined) continue
        expect(JSON.parse(answered[place]?.text ?? ''), `${said}\n${heard}`).toMatchObject(body)
      }
    }
  })
})

/** Nothing of a block that is listed as not run is. */
function isNotRun(script: Script): boolean {
  return commandsIn(script).some((command) => notRun(command) !== null)
}

/** Every page has users of its own. */
function ofItsOwn(text: string, page: string): string {
  const name = page.replaceAll(/[^a-z]+/gi, '-')
  return text.replaceAll(/\b((?:u|org)_\d+)\b/g, `$1-${name}`)
}

/** A page counts the changes of the catalog from its own first one. */
function afterVersion(before: number, text: string): string {
  return text.replaceAll(
    /\b(minCatalogVersion=)(\d+)/g,
    (_all, name: string, version: string) => `${name}${before + Number(version)}`,
  )
}

/** Users are a page's own; what no single user owns is not. Returns the version that the catalog then has. */
async function forgetOtherPages(): Promise<number> {
  const tables = ['features', 'products', 'product_references', 'retired_references', 'inbox', 'inbox_waits']
  const owners = ['refs', 'names', 'customers']
  const answers = await env.DB.batch<{ version: number }>([
    ...[...tables, ...owners].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
    env.DB.prepare('UPDATE catalog SET version = version + 1 RETURNING version'),
  ])
  return answers.at(-1)?.results[0]?.version ?? 0
}

async function programs(answers: Answer[]): Promise<Readonly<Record<string, Program>>> {
  const worker = await anIsolate({ WEBHOOK_SECRETS_STANDARD_WEBHOOKS: SECRET })
  return {
    curl: async (args) => {
      const sent = curlOf(args)
      const answer = await sentTo(sent, worker)
      answers.push(answer)
      return (
        answer.text + sent.writes.replaceAll('%{http_code}', String(answer.status)).replaceAll('\\n', '\n')
      )
    },
    npm: async (args) => {
      const text = args.join(' ')
      const [, sub] = /--sub (\S+)/.exec(text) ?? []
      if (!/^run (-s )?token -- /.test(text) || sub === undefined) throw new Error(`npm ${text} is not known`)
      return `${await aToken({ sub, scope: args[args.indexOf('--scope') + 1 || args.length] ?? '' })}\n`
    },
    sed: ([option, expression = '', file], input) => {
      const [, pattern, replacement] = /^s\/(.*)\/(.*)\/p$/.exec(expression) ?? []
      if (option !== '-n' || pattern === undefined) throw new Error(`sed ${expression} is not known`)
      const text = file === '.dev.vars' ? `WEBHOOK_SECRETS_STANDARD_WEBHOOKS="${SECRET}"` : input
      return Promise.resolve(replaced(text, pattern, replacement ?? ''))
    },
    node: async ([, script = '', secret = '', signed = '']) => {
      expect(script).toContain('createHmac("sha256", key).update(signed).digest("base64")')
      return `${await mac(secret, signed)}\n`
    },
    date: () => Promise.resolve(`${Math.floor(Date.now() / 1000)}\n`),
    sleep: async ([seconds]) => {
      await scheduler.wait(Number(seconds) * 1000)
      // On a machine that is busy, what a page waits for takes longer than it says.
      while (await isProcessing()) await scheduler.wait(100)
      return ''
    },
  }
}

/** Whether an event has arrived of which nobody knows yet what became of it. */
async function isProcessing(): Promise<boolean> {
  return (await env.DB.prepare("SELECT 1 FROM inbox WHERE state = 'received'").first()) !== null
}

async function sentTo(
  { method, url, headers, body }: Sent,
  of: (request: Request) => Promise<Response>,
): Promise<Answer> {
  if (url.port === '8788') {
    const response = await env.GATED_WORKER.fetch(url.href, { method, headers })
    return { status: response.status, text: await response.text() }
  }
  const path = `${url.pathname}${url.search}`
  const asked = { headers, token: null, of, ...(body === null ? {} : { body }) }
  return ask(method, path, asked)
}

/** `sed -n s/…/…/p`: the lines in which something was replaced. */
function replaced(text: string, basic: string, replacement: string): string {
  const pattern = new RegExp(basic.replaceAll(/\\([(){}])/g, '$1'))
  const lines = text.split('\n').filter((line) => pattern.test(line))
  return lines.map((line) => `${line.replace(pattern, replacement.replaceAll(/\\(\d)/g, '$$$1'))}\n`).join('')
}

async function mac(secret: string, signed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.replace('whsec_', '')), (character) => character.charCodeAt(0))
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign'])
  const signature = await crypto.subtle.sign(hmac, key, new TextEncoder().encode(signed))
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
}

/** Every `201 Created` between commands and the next ones, with the JSON that stands below it. */
function statedIn(text: string): readonly Stated[] {
  const stated: Stated[] = []
  for (const [, status, name, json] of text.matchAll(
    /`([1-5]\d\d) ([A-Z][A-Za-z ]+)`|^ *```jsonc?\n([\s\S]*?)^ *```$/gm,
  )) {
    const last = stated.at(-1)
    if (status !== undefined) {
      expect(name).toBe(NAMES.get(Number(status)))
      stated.push({ status: Number(status), body: undefined })
    } else if (last !== undefined && json !== undefined)
      stated.splice(-1, 1, { ...last, body: JSON.parse(json) as object })
  }
  return stated
}
