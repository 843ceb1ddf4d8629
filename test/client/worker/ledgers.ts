import { exports } from 'cloudflare:workers'
import { type LedgerOptions, createLedger } from '../../../src/client/ledger.ts'
import { aToken } from '../../support/token.ts'
import { aBinding } from '../../rpc/bindings.ts'

type More = Pick<LedgerOptions, 'memory' | 'timeoutMs'>

/** The Worker that all tests of the file share, over HTTP. */
export async function overHttp(more: More = {}) {
  return createLedger({
    url: 'https://ledger.test',
    token: await aToken(),
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    ...more,
  })
}

/** The same over a service binding. */
export function overBinding(more: More = {}) {
  return createLedger({ binding: aBinding(), ...more })
}
