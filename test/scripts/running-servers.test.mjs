import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noteServer, runningServers } from '../../scripts/running-servers.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'servers-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('A server of this folder', () => {
  it('is found by another one, with its port and process', async () => {
    const server = net.createServer().listen()
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address()

    noteServer(port, folder)
    expect(await runningServers(folder)).toEqual([{ port, pid: process.pid }])

    await new Promise((resolve) => server.close(resolve))
    expect(await runningServers(folder)).toEqual([])
  })

  it('is forgotten when its process was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', ''])
    writeFileSync(path.join(folder, '8901'), String(pid))
    expect(await runningServers(folder)).toEqual([])
    expect(existsSync(path.join(folder, '8901'))).toBe(false)
  })

  it('is none where nobody ever started one', async () => {
    expect(await runningServers(path.join(folder, 'fresh'))).toEqual([])
  })
})
