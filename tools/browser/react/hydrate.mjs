import { hydrateRoot } from 'react-dom/client'
import { page } from './page.mjs'

const root = document.querySelector('#root')
globalThis.seen = []
/** What a reader sees, whenever that changes. */
const see = () => globalThis.seen.push([...root.querySelectorAll('p')].map((p) => p.textContent).join(' | '))
see()
new MutationObserver(see).observe(root, { subtree: true, childList: true, characterData: true })
hydrateRoot(root, page(JSON.parse(document.querySelector('#page').textContent)), {
  onRecoverableError: (error) => console.error(error),
})
