/** The page that says how a run went: a table of the rooms and files, and what survived, word for word. */
export function resultsPage(scores, seed) {
  const rooms = scores.map(
    ({ name, judged, total, seconds }) => `| ${name} | ${total} | ${figures(judged)} | ${seconds} s |`,
  )
  const files = scores.flatMap(({ judged }) => {
    const byFile = [...Map.groupBy(judged, ({ file }) => file)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return byFile.map(([file, some]) => `| \`${file}\` | ${figures(some)} |`)
  })
  const survivors = scores
    .flatMap(({ judged }) => judged.filter(({ verdict }) => verdict === 'survived'))
    .toSorted((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1))
    .map((mutant) => `- ${survivorLine(mutant)}`)
  return `# What the tests notice

\`npm run mutate\` changes one place of the rules at a time, as a slip would, and runs the tests that should notice.
Written by a run of all rooms (seed ${seed}); where fewer were judged than there are places, they are a sample by chance.

| room | places | judged | noticed | survived | score | time |
|---|---|---|---|---|---|---|
${rooms.join('\n')}

| file | judged | noticed | survived | score |
|---|---|---|---|---|
${files.join('\n')}

## What no test noticed

${survivors.length === 0 ? 'Nothing.' : survivors.join('\n')}
`
}

export function survivorLine({ file, line, before, what }) {
  return `\`${file}:${line}\` ${code(shortened(before))} ${code(what)}`
}

function figures(judged) {
  const survived = judged.filter(({ verdict }) => verdict === 'survived').length
  const noticed = judged.length - survived
  return `${judged.length} | ${noticed} | ${survived} | ${((100 * noticed) / judged.length).toFixed(1)} %`
}

function shortened(text) {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function code(text) {
  return `\`\` ${text} \`\``
}
