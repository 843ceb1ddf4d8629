import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

const FOLDER = path.join(tmpdir(), 'entitlement-ledger-browser')
const PACKAGES = ['playwright-core@1.65.1', 'axe-core@4.14.1']
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * What drives a browser and what judges a page, of a folder of the system's temporary files: neither is a dependency. Throws where they
 * cannot be fetched, or no Chromium is found.
 */
export function fetchBrowser() {
  const executablePath = [process.env.CHROMIUM, ...PLACES].find((place) => place && existsSync(place))
  if (executablePath === undefined)
    throw new Error('There is no Chromium in the usual places: name one, CHROMIUM=/path npm run test:browser')
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(path.join(FOLDER, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES]
  execFileSync('npm', args, { cwd: FOLDER, stdio: 'pipe', shell: process.platform === 'win32' })

  const require = createRequire(path.join(FOLDER, 'package.json'))
  const { chromium } = require('playwright-core')
  return {
    axe: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'),
    launch: () =>
      chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] }),
  }
}
