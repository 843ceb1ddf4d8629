import net from 'node:net'

/** Whether something on this machine takes connections at a port. */
export function isListening(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: 'localhost', port })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
