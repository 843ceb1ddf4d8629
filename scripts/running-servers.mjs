import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isListening } from './is-listening.mjs'
import { PROJECT } from './project.mjs'

const FOLDER = path.join(PROJECT, '.local/servers')

/** Notes, in a file named after the port, that this process serves there; the note goes when the process ends. */
export function noteServer(port, folder = FOLDER) {
  const file = path.join(folder, String(port))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(file, String(process.pid))
  process.on('exit', () => rmSync(file, { force: true }))
}

/** Returns the port and process of each server that runs in this folder. Notes of processes that were killed are removed. */
export async function runningServers(folder = FOLDER) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const running = []
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name)
    const server = { port: Number(name), pid: Number(readFileSync(file, 'utf8')) }
    if (!isAlive(server.pid)) rmSync(file, { force: true })
    // The number of a process that was killed may have gone to another one, which listens nowhere.
    else if (await isListening(server.port)) running.push(server)
  }
  return running
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0) // sends nothing: it asks whether the process is there
    return true
  } catch (error) {
    return error.code === 'EPERM' // somebody else's process is one too
  }
}
