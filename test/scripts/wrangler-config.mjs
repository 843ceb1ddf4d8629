import { unstable_readConfig } from 'wrangler'

/** `wrangler.toml` as wrangler reads it, for an environment where one is named. */
export function wranglerConfig(env) {
  return unstable_readConfig({ config: 'wrangler.toml', env }, { hideWarnings: true })
}
