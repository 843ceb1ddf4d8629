const PULSE_MS = 5000

/** Says what is done, and every few seconds that it is still done. Returns what `work` returns. */
export async function progress(what, work) {
  const start = Date.now()
  console.log(`${what} …`)
  const pulse = setInterval(() => {
    console.log(`  … ${Math.round((Date.now() - start) / 1000)} s`)
  }, PULSE_MS)
  try {
    return await work()
  } finally {
    clearInterval(pulse)
  }
}
