// Copies what the page at /docs loads to where wrangler serves it from, so that it asks no other host for anything.
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from './project.mjs'

const from = path.join(PROJECT, 'node_modules/swagger-ui-dist')
const to = path.join(PROJECT, 'dist/assets/docs-ui')

mkdirSync(to, { recursive: true })
for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
  copyFileSync(path.join(from, file), path.join(to, file))
}
for (const file of ['docs-ui.js', 'docs-ui.css']) {
  copyFileSync(path.join(PROJECT, 'scripts', file), path.join(to, file))
}
