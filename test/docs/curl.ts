/** What `curl` is asked to send. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Of the option `-w`: what is printed after the answer. */
  readonly writes: string
}

/** Reads the options of `curl` that the pages use. Throws at any other. */
export function curlOf(args: readonly string[]): Sent {
  const headers: Record<string, string> = {}
  let method: string | null = null
  let url: string | null = null
  let body: string | null = null
  let writes = ''
  const left = [...args]
  const value = (option: string) => left.shift() ?? missing(option)
  for (let one = left.shift(); one !== undefined; one = left.shift()) {
    if (one === '-s' || one === '-i') continue
    else if (one === '-X') method = value(one)
    else if (one === '-d') body = value(one)
    else if (one === '-w') writes = value(one)
    else if (one === '-H') {
      const [, name = '', text = ''] = /^([^:]+): *(.*)$/.exec(value(one)) ?? []
      headers[name] = text
    } else if (one.startsWith('-')) throw new Error(`curl ${one} is not known here`)
    else if (url !== null) throw new Error(`curl is given two addresses: ${url}, ${one}`)
    else url = one.startsWith('http') ? one : `http://${one}`
  }
  return {
    method: method ?? (body === null ? 'GET' : 'POST'),
    url: new URL(url ?? missing('an address')),
    headers,
    body,
    writes,
  }
}

function missing(what: string): never {
  throw new Error(`curl misses the value of ${what}`)
}
