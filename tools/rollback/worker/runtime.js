// Stands for `cloudflare:workers` in the bundle: what goes on after an answer can be waited for.
export * from 'cloudflare:workers'

const pending = []

export function waitUntil(work) {
  pending.push(work)
}

export async function allDone() {
  while (pending.length > 0) await Promise.allSettled(pending.splice(0))
}
