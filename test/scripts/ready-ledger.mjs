// Where a deployment at an account that is not one would be answered from: nothing else is asked over the network here.
globalThis.fetch = () => Promise.resolve(Response.json({ status: 'ready' }))
