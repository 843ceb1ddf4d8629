import { type Rule, Unfit } from './variable.ts'

/** The address of an issuer's keys. On the machine itself nobody is between. */
export const privateUrl: Rule<string> = (text) => {
  const url = URL.parse(text.trim())
  if (url === null) throw new Unfit('is no URL')
  const isLocal = url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname)
  if (url.protocol !== 'https:' && !isLocal) {
    throw new Unfit('is not https: the keys could be replaced on their way')
  }
  return text.trim()
}
