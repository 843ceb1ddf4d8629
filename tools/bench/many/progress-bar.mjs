const WIDTH = 30

/** Shows how far a long work is: a line that is written over, or, where lines stay, one for every tenth. */
export function progressBar(what, total) {
  const startedAt = Date.now()
  const steps = process.stderr.isTTY ? 500 : 10
  let shown = 0
  return (done) => {
    const share = Math.min(1, done / total)
    const step = Math.floor(share * steps)
    if (step === shown) return
    shown = step
    const bar = '█'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '░')
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    const line = `${what} ${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}, ${seconds} s`
    process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${line}${share === 1 ? '\n' : ''}` : `${line}\n`)
  }
}
