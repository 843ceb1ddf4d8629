import { secretName } from '../secret-name.mjs'

/** The names of the secrets without which something would stand still: purchases of what the catalog sells, or all. */
export function missingSecrets({ providers, secrets }, vars) {
  const isSigned = /=\s*signed\b/.test(vars.CHECKOUT_NAMING ?? '')
  const needed = [...(isSigned ? ['CHECKOUT_NAMING_KEY'] : []), ...providers.map(secretName)]
  return needed.filter((name) => !(secrets ?? []).includes(name))
}
