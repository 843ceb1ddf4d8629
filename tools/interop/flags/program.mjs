// What a back-end does with OpenFeature. It is run in the folder that its packages were fetched into.
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'

const { LEDGER_URL: baseUrl, LEDGER_TOKEN, QUESTIONS, USER_ID: targetingKey } = process.env
const headers = [['Authorization', `Bearer ${LEDGER_TOKEN}`]]
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers }))

const client = OpenFeature.getClient()
const context = { targetingKey, email: 'jane@example.com', plan: ['any'] }
const ask = {
  boolean: (key, fallback) => client.getBooleanValue(key, fallback, context),
  number: (key, fallback) => client.getNumberValue(key, fallback, context),
  string: (key, fallback) => client.getStringValue(key, fallback, context),
  object: (key, fallback) => client.getObjectValue(key, fallback, context),
}
const answers = []
for (const { key, type, fallback } of JSON.parse(QUESTIONS)) answers.push(await ask[type](key, fallback))
console.log(JSON.stringify(answers))
