import { createRequire } from 'node:module'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { PROJECT } from '../../scripts/project.mjs'

// The esbuild with which wrangler bundles.
const require = createRequire(import.meta.url)
const { build } = createRequire(require.resolve('wrangler'))('esbuild')

/**
 * What an isolate evaluates before its first request: the code of all that the Worker imports at once, minified, with the
 * files that it comes from. What `import()` names is in the same bundle, and evaluated when somebody comes to it.
 */
export async function startUpCode() {
  const entry = path.join(PROJECT, 'src/worker.ts')
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: PROJECT,
    outdir: 'dist/start-up',
    bundle: true,
    splitting: true, // in chunks, so that what is evaluated at once is apart from what is not
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'error',
  })
  const { outputs } = metafile
  const chunks = reachable(outputs, 'dist/start-up/worker.js')
  const code = outputFiles
    .filter((file) => chunks.has(path.relative(PROJECT, file.path)))
    .map(({ text }) => text)
    .join('')
  return {
    kib: Buffer.byteLength(code) / 1024,
    gzippedKib: gzipSync(code).length / 1024,
    files: [...chunks].flatMap((chunk) => Object.keys(outputs[chunk].inputs)),
  }
}

/** A chunk with those that it imports at once, and what they import. */
function reachable(outputs, chunk, seen = new Set()) {
  if (seen.has(chunk)) return seen
  seen.add(chunk)
  for (const { path: imported, kind, external } of outputs[chunk].imports) {
    if (kind === 'import-statement' && external !== true) reachable(outputs, imported, seen)
  }
  return seen
}
