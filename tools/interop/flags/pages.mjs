import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { PROJECT } from '../../../scripts/project.mjs'
import { fetchPackages } from '../fetched.mjs'

const NPM = [
  '@openfeature/ofrep-web-provider@0.4.3',
  '@openfeature/ofrep-core@2.3.0',
  '@openfeature/web-sdk@1.10.0',
  '@openfeature/core@1.12.0',
]

/** Where the modules of the packages are: a page finds them without a bundler. */
const IMPORTS = {
  '@openfeature/ofrep-web-provider': '/node_modules/@openfeature/ofrep-web-provider/index.esm.js',
  '@openfeature/ofrep-core': '/node_modules/@openfeature/ofrep-core/index.esm.js',
  '@openfeature/web-sdk': '/node_modules/@openfeature/web-sdk/dist/esm/index.js',
  '@openfeature/core': '/node_modules/@openfeature/core/dist/esm/index.js',
}

const PAGE = `<!doctype html><title>Flags</title><link rel="icon" href="data:," />
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/page.js"></script>`

/** An application of another origin than the ledger's: one page, with the SDK and the provider. */
export async function startPages() {
  const folder = await fetchPackages('web', NPM)
  const files = new Map([
    ['/', ['text/html', PAGE]],
    ['/page.js', ['text/javascript', readFileSync(path.join(PROJECT, 'tools/interop/flags/page.js'))]],
    ...Object.values(IMPORTS).map((at) => [at, ['text/javascript', readFileSync(path.join(folder, at))]]),
  ])
  const server = createServer(({ url }, response) => {
    const [type, body] = files.get(url) ?? []
    if (body === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
