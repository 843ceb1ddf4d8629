import { setTimeout as sleep } from 'node:timers/promises'
import { giveUp } from './project.mjs'

const HEADERS_SHOWN = ['ETag', 'Ledger-Head', 'Idempotent-Replayed', 'Server-Timing']
const COLUMNS_MAX = 100
const PATIENCE_MS = 10_000
const INDENT = ' '.repeat(8)

const isColoured = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code) => (text) => (isColoured ? `\u001B[${code}m${text}\u001B[0m` : text)
const [bold, dim, green, red] = [1, 2, 32, 31].map(paint)

/**
 * Starts a conversation with the server at `url`. Each request is shown with its answer and with what was expected of
 * it; the first answer that `holds` does not find as expected ends the process. Whoever is `patient` asks again for
 * some seconds, where the server works on after its answer.
 */
export function startConversation({ url, token }) {
  return async function ask(title, question) {
    const { method = 'GET', path, headers = {}, body, brief, expected, holds, patient = false } = question
    console.log(`\n${bold(title)}`)
    console.log(`  ${method.padEnd(7)}${path}`)
    for (const [name, value] of Object.entries(headers)) console.log(dim(`${INDENT}${name}: ${value}`))
    if (body !== undefined) console.log(lines(body))

    const sent = () => send(url, method, path, body, { ...headers, Authorization: `Bearer ${token}` })
    let answer = await sent()
    const end = Date.now() + (patient ? PATIENCE_MS : 0)
    while (!holds(answer) && Date.now() < end) {
      await sleep(100)
      answer = await sent()
    }

    console.log(`  ${answer.status}`)
    for (const name of HEADERS_SHOWN) {
      if (answer.headers.has(name)) console.log(dim(`${INDENT}${name}: ${answer.headers.get(name)}`))
    }
    if (answer.json !== null)
      console.log(brief ? answer.json.items.map(brief).map(lines).join('\n') : lines(answer.json))

    const isExpected = holds(answer)
    console.log(isExpected ? green(`  ✓ ${expected}`) : red(`  ✗ expected: ${expected}`))
    if (answer.status === 401) giveUp('The server trusts another key: was it started from this folder?')
    if (!isExpected) giveUp('The demo ends here: this is not the expected answer.')
    return answer
  }
}

async function send(url, method, path, body, headers) {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' }
  try {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  } catch {
    return giveUp(
      `Nothing answers at ${url}: run \`npm start\` in another terminal, or name another place with --url.`,
    )
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** JSON in few lines: broken between members, where a line would become too long. */
function lines(json) {
  const members = JSON.stringify(json, null, 1)
    .replace(/\n\s*/g, ' ')
    .split(/(?<=,) (?=["{])/)
  const broken = ['']
  for (const member of members) {
    const line = `${broken.at(-1)} ${member}`.trim()
    if (line.length <= COLUMNS_MAX) broken[broken.length - 1] = line
    else broken.push(member)
  }
  return broken.map((line, index) => INDENT + (index === 0 ? line : `  ${line}`)).join('\n')
}
