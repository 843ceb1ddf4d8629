import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PROJECT } from '../../../scripts/project.mjs'

// The esbuild that wrangler itself builds with.
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler'))('esbuild')

/** Builds sources of the project for Node, and imports them. */
export async function importBuilt(entry) {
  const outfile = path.join(PROJECT, 'dist/bench-many', `${path.basename(entry, '.ts')}.mjs`)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  })
  return import(pathToFileURL(outfile))
}
