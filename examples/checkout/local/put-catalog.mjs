const FEATURES = {
  studio: { type: 'boolean', name: 'The studio' },
  'export-4k': { type: 'boolean', name: 'Export in 4K' },
  renders: { type: 'metered', name: 'Renders', unit: 'renders' },
}

const PRODUCTS = {
  lite: {
    name: 'Lite',
    features: [{ feature: 'studio' }, { feature: 'renders', amount: 100 }],
    references: [{ provider: 'stripe', ref: 'price_lite' }],
  },
  max: {
    name: 'Max',
    features: [{ feature: 'studio' }, { feature: 'export-4k' }, { feature: 'renders', amount: 500 }],
    references: [{ provider: 'stripe', ref: 'price_max' }],
  },
}

/** Tells the ledger what the shop sells, and what each price gives. */
export async function putCatalog({ url, token }) {
  for (const [key, body] of Object.entries(FEATURES)) await put(`/v4/features/${key}`, body)
  for (const [id, body] of Object.entries(PRODUCTS)) await put(`/v4/products/${id}`, body)

  async function put(path, body) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`PUT ${path} is answered ${answer.status}: ${await answer.text()}`)
  }
}
