import { createRequire } from 'node:module'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { ENTRIES } from './entries.mjs'

// The esbuild with which wrangler bundles.
const { build } = createRequire(createRequire(import.meta.url).resolve('wrangler'))('esbuild')

const SHARED = {
  // A field that a constructor sets needs no line of its own.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },

  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  logLevel: 'silent',
}

/** What stands beside the package where somebody uses the pieces for it. */
const PEERS = Object.values(ENTRIES).flatMap(({ peers }) => Object.keys(peers))

/** The JavaScript of the package, by file name. What several entries are made of lies in files that they share. */
export async function bundle() {
  const { outputFiles } = await build({
    ...SHARED,
    external: PEERS,
    entryPoints: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, { file }]) => [name, path.join(PROJECT, 'src/client', file)]),
    ),
    splitting: true,
    outdir: 'package',
    chunkNames: 'shared-[hash]',
    write: false,
  })
  return new Map(outputFiles.map(({ path: place, text }) => [path.basename(place), text]))
}

/** What a page or a server carries that imports this and nothing else, minified: of what stands beside the package, what is named. */
export async function carriedBy(program, beside = []) {
  const { outputFiles } = await build({
    ...SHARED,
    external: PEERS.filter((peer) => !beside.includes(peer)),
    stdin: { contents: program, resolveDir: path.join(PROJECT, 'src/client'), loader: 'ts' },
    minify: true,
    write: false,
  })
  return outputFiles[0].contents
}
