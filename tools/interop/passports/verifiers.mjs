import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../../../scripts/project.mjs'
import { remoteJwks, verifyPassport } from '../../../src/client/passport/passport.ts'
import { FOLDER, fetchGo, fetchPackages, fetchPython, run } from '../fetched.mjs'

const HERE = path.join(PROJECT, 'tools/interop/passports')

/** Each answers questions by the keys at an address: what may be used of what each asks for, or `null` of what it does not take. */
export const VERIFIERS = {
  'entitlement-ledger/passport': (questions, jwksUrl) => {
    const jwks = remoteJwks(jwksUrl)
    return Promise.all(
      questions.map(async ({ text, issuer, audience, features }) => {
        const passport = await verifyPassport(text, { jwks, issuer, audience })
        if (!passport.ok) return null
        const usable = features.filter((feature) => passport.allows(feature))
        return Object.fromEntries(usable.map((feature) => [feature, passport.value(feature) ?? true]))
      }),
    )
  },
  jose: async (...asked) => {
    const folder = await fetchPackages('jose', ['jose@6.2.18'])
    const program = path.join(folder, 'program.mjs')
    copyFileSync(path.join(HERE, 'program.mjs'), program)
    return answersOf([process.execPath, program], ...asked)
  },
  PyJWT: async (...asked) => {
    const python = await fetchPython('pyjwt', ['PyJWT==2.15.1', 'cryptography==50.0.2'])
    return answersOf([python, path.join(HERE, 'program.py')], ...asked)
  },
  jwx: async (...asked) => {
    const program = await fetchGo('jwx', path.join(HERE, 'program.go'), [
      'github.com/lestrrat-go/jwx/v3@v3.4.0',
    ])
    return answersOf([program], ...asked)
  },
}

async function answersOf([command, ...args], questions, jwksUrl) {
  const file = path.join(FOLDER, 'questions.json')
  writeFileSync(file, JSON.stringify(questions))
  const env = { ...process.env, JWKS_URL: jwksUrl }
  return JSON.parse((await run(command, [...args, file], { env })).stdout)
}
