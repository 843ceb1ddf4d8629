import { globSync } from 'node:fs'
import { SourceMap, createRequire } from 'node:module'
import path from 'node:path'
import { normalizePath } from 'vite'

// The esbuild with which wrangler bundles.
const require = createRequire(import.meta.url)
const { build } = createRequire(require.resolve('wrangler'))('esbuild')

/** By this line Vitest takes it that a module brings its map along, and sends none to a runtime: maps are twice as long as code. */
const NO_MAP = '//# sourceMappingSource=vite-generated\n'

const ALL = idOf('dist/source-as-one.js')

/** It stays a module of its own: a test imports it under another name for an isolate that knows nothing yet. */
const WORKER = idOf('src/worker.ts')

/**
 * A plugin that hands a runtime all of `src` as one module, and in it the libraries that it does not share with tests. A file
 * of `src` then only passes on what is called so in there. Else every test file would ask for six hundred modules, one after
 * another.
 *
 * Beside it what finds for a line of a stack in there the file of `src` that it comes from.
 */
export function sourceAsOne({ shared }) {
  // What is for pages is tried without a runtime of ours.
  const files = globSync('src/**/*.ts', { exclude: ['src/client/react/**'] })
    .map(idOf)
    .filter((id) => id !== WORKER)
  let exports = exportsOf(files)
  let graph = null

  /** What a file exports, each with the name that it has among all. */
  async function namesOf(file) {
    const names = (await exports).get(file)
    return names.map((name) => ({ name, amongAll: `_${files.indexOf(file)}_${name}` }))
  }

  async function all() {
    exports = exportsOf(files)
    const lines = files.map(async (file) => {
      const names = (await namesOf(file)).map(({ name, amongAll }) => `${name} as ${amongAll}`)
      return `export { ${names.join(', ')} } from '${file}'`
    })
    return bundled((await Promise.all(lines)).join('\n'), shared)
  }

  async function passedOn(file) {
    const names = (await namesOf(file)).map(({ name, amongAll }) => `${amongAll} as ${name}`)
    return { code: `export { ${names.join(', ')} } from '${ALL}'`, map: { mappings: '' } }
  }

  const plugin = {
    name: 'source-as-one',
    enforce: 'pre',
    configureServer({ environments }) {
      graph = environments.ssr.moduleGraph
    },
    resolveId: (id) => (id === ALL ? ALL : null),
    load(id) {
      if (files.includes(id)) return passedOn(id)
      if (id !== ALL) return null
      for (const file of files) this.addWatchFile(file)
      return all()
    },
    transform: (code, id) => (id.includes('/deps_ssr/') ? { code: `${code}\n${NO_MAP}`, map: null } : null),
  }

  function onStackTrace(_error, frame) {
    if (frame.file !== ALL) return
    const { map } = graph.getModuleById(ALL).transformResult
    const { originalSource, originalLine, originalColumn } = new SourceMap(map).findEntry(
      frame.line - 1,
      frame.column - 1,
    )
    const file = path.resolve('dist', originalSource)
    Object.assign(frame, { file, line: originalLine + 1, column: originalColumn + 1 })
  }

  return { plugin, onStackTrace }
}

/** The names that each file exports. */
async function exportsOf(files) {
  const { metafile } = await build({ entryPoints: files, outdir: 'dist', write: false, metafile: true })
  const outputs = Object.values(metafile.outputs)
  return new Map(outputs.map(({ entryPoint, exports }) => [idOf(entryPoint), exports]))
}

async function bundled(contents, shared) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    outfile: ALL,
    write: false,
    bundle: true,
    minifyWhitespace: true,
    external: ['cloudflare:*', 'node:*', ...shared],
    format: 'esm',
    target: 'es2024',
    sourcemap: 'external',
  })
  const [map, code] = ['.map', '.js'].map((end) => outputFiles.find((file) => file.path.endsWith(end)).text)
  return { code: `${code}${NO_MAP}`, map: JSON.parse(map) }
}

function idOf(file) {
  return normalizePath(path.resolve(file))
}
