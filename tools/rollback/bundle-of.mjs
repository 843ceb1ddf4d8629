import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { bundled } from '../bench/bundles.mjs'

/** The bundle of this working copy, as it would be deployed. */
export async function bundleOfNow() {
  const built = await bundled(path.join(PROJECT, 'dist/rollback'), 'src/worker.ts', 'wrangler.toml')
  return readFileSync(built, 'utf8')
}

/** The bundle of a commit or tag, built from its own sources with the packages that are installed here. */
export async function bundleOf(commit) {
  const tree = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-rollback-'))
  const git = (...args) => execFileSync('git', args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
  git('worktree', 'add', '--detach', '--force', tree, commit)
  try {
    symlinkSync(path.join(PROJECT, 'node_modules'), path.join(tree, 'node_modules'), 'dir')
    mkdirSync(path.join(tree, 'dist/assets'), { recursive: true }) // wrangler wants the folder of the docs
    const entry = path.join(tree, 'src/worker.ts')
    const built = await bundled(path.join(tree, 'dist/bundle'), entry, path.join(tree, 'wrangler.toml'))
    return readFileSync(built, 'utf8')
  } finally {
    git('worktree', 'remove', '--force', tree)
    rmSync(tree, { recursive: true, force: true })
  }
}
