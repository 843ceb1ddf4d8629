import { percentile } from '../bench/statistics.mjs'

const WRONG_SHOWN = 5

/** The load that was held, as text. */
export function loadLines({ seconds, clients, answered, failures, recordedUntold, writes, refused, events }) {
  const total = answered.reduce((sum, { count }) => sum + count, 0)
  const rows = answered.map(({ kind, count, p50, p99 }) => [kind, count, p50.toFixed(1), p99.toFixed(1)])
  return [
    `load: ${total} requests answered in ${seconds.toFixed(0)} s, the dead times included, by ${clients} clients`,
    ...table(['kind', 'answered', 'p50 ms', 'p99 ms'], rows),
    '',
    `acknowledged: ${writes - refused} writes and ${events} webhooks; ${refused} writes were refused`,
    `not answered, and sent again: ${failures.map(([how, count]) => `${count} × ${how}`).join(', ') || 'none'}`,
    `recorded although nobody was told, and found when sent again: ${recordedUntold} writes`,
  ].join('\n')
}

/** How the server came back, as text. Times count from its death. */
export function deathLines(deaths) {
  const row = (name, times) => [
    name,
    ...[0.5, 1].map((share) => (percentile(times, share) / 1000).toFixed(2)),
  ]
  return [
    `killed with SIGKILL: ${deaths.length} times`,
    ...table(
      ['seconds from its death until', 'median', 'longest'],
      [
        row(
          'it answers',
          deaths.map(({ upMs }) => upMs),
        ),
        row(
          'a write is acknowledged',
          deaths.map(({ writingMs }) => writingMs),
        ),
      ],
    ),
  ].join('\n')
}

/** A promise and what is wrong about it, as text. */
export function verdictLines(promise, wrong) {
  if (wrong.length === 0) return `held      ${promise}`
  const shown = wrong.slice(0, WRONG_SHOWN).map((sentence) => `            ${sentence}`)
  const more = wrong.length > WRONG_SHOWN ? [`            and ${wrong.length - WRONG_SHOWN} more`] : []
  return [`NOT HELD  ${promise}`, ...shown, ...more].join('\n')
}

function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => `${row[column]}`.length)),
  )
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? `  ${cell}`.padEnd(widths[0] + 2) : `${cell}`.padStart(widths[column] + 2),
      )
      .join(''),
  )
}
