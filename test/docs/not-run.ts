/** Commands that the pages tell and no test carries out, by what they begin with, each with its reason. */
export const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['npm start', 'is the server itself; the Worker under test stands in for it'],
  ['npm test', 'is what runs this'],
  ['npm run bench:client', 'measures, and fetches what it measures beside'],
  ['npm run package', 'compiles, and fetches its tools; `test/structure/client-bytes` bundles the same'],
  [
    'npm run rollback',
    'builds a commit of the history; `test/scripts/rollback` holds the bundle that is kept',
  ],
  ['npm run deploy', 'needs an account at Cloudflare; `test/scripts/deploy.test.mjs` is one on loopback'],
  ['npm run keys', 'makes a key on this machine; `test/scripts/keys` runs it'],
  ['npm run passport-key', 'makes a key on this machine; `test/scripts/passport-key` runs it'],
  ['npm run token -- --key', 'needs the key that it makes; `test/scripts/keys` runs it'],
  ['cat .local/passport-keys.json', 'hands the key of `npm run passport-key` to the command below'],
  ['npx wrangler login', 'needs an account at Cloudflare'],
  ['npx wrangler d1', 'needs an account at Cloudflare'],
  ['npx wrangler secret put', 'needs an account at Cloudflare'],
  ['npx wrangler dev', 'is a server; the example is bound to the Worker under test instead'],
  ['openssl rand', 'makes the text of a secret, for a command that is not run'],
  ['stripe listen', 'needs an account at Stripe'],
  ['curl "http://localhost:8787/cdn-cgi/', 'is answered by `wrangler dev`, and by no Worker'],
])

/** The entry of the list that a command falls under. */
export function notRun(command: string): string | null {
  return [...NOT_RUN.keys()].find((beginning) => command.startsWith(beginning)) ?? null
}
