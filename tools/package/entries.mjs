import { existsSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'

const ALL = {
  client: { file: 'client.ts', peers: {} },
  react: { file: 'react/react.ts', peers: { react: '>=18' } },
  hono: { file: 'hono/hono.ts', peers: { hono: '>=4' } },
  passport: { file: 'passport/passport.ts', peers: { jose: '>=5' } },
  openfeature: {
    file: 'openfeature/openfeature.ts',
    peers: { '@openfeature/server-sdk': '>=1.15', '@openfeature/core': '>=1.5' },
  },
  testing: { file: 'testing/testing.ts', peers: {} },
}

/** What the package exports, by the name that stands behind `entitlement-ledger/`: from which file of `src/client`, and what it needs beside it. */
export const ENTRIES = Object.fromEntries(
  Object.entries(ALL).filter(([, { file }]) => existsSync(path.join(PROJECT, 'src/client', file))),
)
