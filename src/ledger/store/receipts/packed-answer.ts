import type { StoredAnswer } from '../../submission.ts'

/** An entry as it was recorded, whose words an answer need not repeat. */
export interface EntryText {
  readonly bytes: string
  readonly hash: string
}

/** What an answer says besides its status. */
type AnswerText = Pick<StoredAnswer, 'headers' | 'body'>

/**
 * What answers have in common. Receipts are kept for ever, so none of these is ever changed, moved or taken out; what is
 * added stands behind them.
 */
const PHRASES = [
  '{"Content-Type":"application/json","ETag":"\\"',
  '{"Content-Type":"application/json","Ledger-Head":"',
  '{"Content-Type":"application/problem+json","Ledger-Head":"',
  '\\"","Ledger-Head":"',
  '","Location":"/v4/users/',
  '/entitlements/',
  '"}\n{"id":"',
  '"}\n{"versions":[',
  '],"unknownProducts":[],"notices":[]}',
  '"}\n{"type":"/docs/problems#',
  '","userId":"',
  '","feature":"',
  '","state":"',
  '","startsAt":',
  ',"endsAt":',
  ',"graceEndsAt":null,"trial":false,"priority":0,"source":{"provider":"',
  '","ref":"',
  '","product":null},"held":false,"createdAt":"',
  '","suspendedAt":null,"revokedAt":null',
  // Stands alone, so that what follows it can be erased: docs/operating/erasure.md.
  ',"metadata":',
  ',"version":',
  '","amount":',
  ',"overage":0,"takes":[{"entitlementId":"',
  '}],"feature":"',
  '","allowed":true,"reason":"granted","entitlements":["',
  '"],"balance":{"granted":',
  ',"used":',
  ',"reserved":0,"remaining":',
  '},"nextChangeAt":',
  ',"asOf":"',
  '","source":"ledger"}',
  '","title":"',
  ',"detail":"',
  '","code":"',
  '","retryable":false,"requestId":"req_',
  '","product":"',
  '"},"held":false,"createdAt":"',
  ',"reset":null',
] as const

/** With what follows it the code of a word of the entry (a letter), or of a phrase beyond the first (a digit). */
const MARK = '\u0001'

/** Each of the first phrases has a character below the space, but for the newline between headers and body. */
const PHRASE_CODES = [
  ...[2, 3, 4, 5, 6, 7, 8, 9, ...Array.from({ length: 21 }, (_one, index) => 11 + index)].map((code) =>
    String.fromCharCode(code),
  ),
  ...'0123456789'.split('').map((digit) => MARK + digit),
]
const WORD_CODES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  .split('')
  .map((letter) => MARK + letter)

const CODES = new RegExp(`${MARK}[0-9A-Za-z]|\\p{Cc}`, 'gu')

/** A text below this length is not worth a code. */
const WORD_LENGTH_MIN = 8

/**
 * Headers and body as one text, with codes for what is known besides. JSON has no characters below the space, so no answer
 * holds a code of its own. `null` for one that would not come back the same, byte for byte.
 */
export function packAnswer({ headers, body }: AnswerText, entry: EntryText | null): string | null {
  const text = `${JSON.stringify(headers)}\n${body}`
  const words = wordsByCode(entry)
  const packed = [...words].reduce((short, [code, known]) => short.replaceAll(known, () => code), text)
  return textOf(packed, words) === text ? packed : null
}

export function unpackAnswer(packed: string, entry: EntryText | null): AnswerText {
  const text = textOf(packed, wordsByCode(entry))
  const end = text.indexOf('\n')
  return { headers: JSON.parse(text.slice(0, end)) as StoredAnswer['headers'], body: text.slice(end + 1) }
}

function textOf(packed: string, words: ReadonlyMap<string, string>): string {
  return packed.replace(CODES, (code) => words.get(code) ?? code)
}

/** The words of the entry as its bytes have them, the longest first, as one may be part of another; then the phrases. */
function wordsByCode(entry: EntryText | null): ReadonlyMap<string, string> {
  const texts = entry === null ? [] : [entry.hash, ...entry.bytes.matchAll(/:"((?:[^"\\]|\\.)*)"/g)]
  const words = new Set(texts.map((text) => (typeof text === 'string' ? text : (text[1] ?? ''))))
  const longest = [...words]
    .filter(({ length }) => length >= WORD_LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length)
  return new Map([...coded(WORD_CODES, longest), ...coded(PHRASE_CODES, PHRASES)])
}

function coded(codes: readonly string[], words: readonly string[]): readonly (readonly [string, string])[] {
  return codes.slice(0, words.length).map((code, index) => [code, words[index] ?? ''])
}
