/** A host as wrangler tells it: bare, with the `/*` of a route, or with what kind of target it is behind. */
const TARGET = /^(?:https:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\/\*)?(?: \(.*\))?$/

/**
 * Where the ledger answers, of what wrangler wrote into its output file at a deployment
 * (https://developers.cloudflare.com/workers/wrangler/system-environment-variables/). One's own domain comes before
 * workers.dev. `null` where no target is a whole host.
 */
export function deployedAddress(output) {
  const entries = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const targets = entries.find(({ type }) => type === 'deploy')?.targets ?? []
  const hosts = targets.flatMap((target) => TARGET.exec(target)?.[1] ?? [])
  const host = hosts.find((one) => !one.endsWith('.workers.dev')) ?? hosts[0]
  return host === undefined ? null : `https://${host}`
}
