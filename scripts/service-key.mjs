import { existsSync, readFileSync } from 'node:fs'
import { createPrivateFile, privateFile } from './private-file.mjs'
import { newSigningKey } from './signing-key.mjs'

/** The file of the first key, as one types it. */
export function firstFile() {
  return privateFile('service-key.json')
}

/** The file of the next one. */
export function nextFile(number = 2) {
  const file = privateFile(`service-key-${number}.json`)
  return existsSync(file) ? nextFile(number + 1) : file
}

/** Makes a key for one issuer and audience, in a file of its own. Throws where there is one, or where Git would take it along. */
export function createServiceKey(file, { issuer, audience }) {
  const made = { issuer, audience, key: newSigningKey() }
  createPrivateFile(file, made)
  return made
}

/** What such a file holds: the issuer and audience of its tokens, and the key. Throws, saying what to do. */
export function readServiceKey(file) {
  if (!existsSync(file)) throw new Error(`There is no ${file}: \`npm run keys\` makes one.`)
  try {
    const { issuer, audience, key } = JSON.parse(readFileSync(file, 'utf8'))
    if (issuer && audience && key.kid && key.d) return { issuer, audience, key }
  } catch {
    // Said below.
  }
  throw new Error(`${file} is none that \`npm run keys\` has made.`)
}
