// Makes the key that signs passports, and changes it: each run is the next step, and says what to do with it.
import { parseArgs } from 'node:util'
import { firstKeys, nextStep, readPassportKeys } from './passport-keys.mjs'
import { createPrivateFile, privateFile, replacePrivateFile } from './private-file.mjs'
import { giveUp } from './project.mjs'

const USAGE = `npm run passport-key [-- --file FILE]   makes a key; where there is one, the next step to change it
npm run passport-key -- --stolen        takes all keys out at once, for a new one
  --file   what PASSPORT_KEYS holds, and this is the only copy of: .local/passport-keys.json if not given`

const NEXT = {
  first: `The key signs as soon as both are there. What verifies passports finds it at /.well-known/jwks.json.
To change it, once a year or so: npm run passport-key`,
  announce: `The new key is published, and signs nothing yet, so that all who verify know it in time. Next, at least 15 minutes after that
command has succeeded: npm run passport-key`,
  sign: `The new key signs. The one before is published on, without its private half, until its last passport has ended. Next, at
least 15 minutes after that command has succeeded: npm run passport-key`,
  drop: `The key of before is no more. The change is done.`,
  replace: `What a stolen key signed is refused wherever the keys are asked for again: within 15 minutes. Who has
pinned it cannot be reached. Until the new one is known, up to 5 minutes, passports are asked for online.`,
}

const BEFORE = {
  first: `First, in [vars] of wrangler.toml, the origin of the ledger as the claim \`iss\` of its passports, and npm run deploy:

PASSPORT_ISSUER = "https://ledger.example.com"\n\n`,
}

try {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', default: privateFile('passport-keys.json') },
      stolen: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit()
  }
  console.log(change(values, new Date()))
} catch (error) {
  giveUp(`${error.message}\n\n${USAGE}`)
}

function change({ file, stolen }, now) {
  const known = readPassportKeys(file)
  const { name, made } = stolen
    ? { name: 'replace', made: firstKeys(now) }
    : known === null
      ? { name: 'first', made: firstKeys(now) }
      : nextStep(known, now)
  // Where it was stolen with the machine that had the file, there is none here.
  if (known === null) createPrivateFile(file, made)
  else replacePrivateFile(file, made)
  return `${BEFORE[name] ?? ''}${said(file)}\n\n${NEXT[name]}`
}

function said(file) {
  return `The keys are in ${file}, which Git does not take along. Whoever has it can sign passports: keep it where you keep
secrets, and nowhere else. Give them to the ledger, now:

cat ${file} | npx wrangler secret put PASSPORT_KEYS`
}
