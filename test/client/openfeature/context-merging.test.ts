import {
  AsyncLocalStorageTransactionContextPropagator,
  type Client,
  type EvaluationContext,
  OpenFeature,
} from '@openfeature/server-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EntitlementsProvider } from '../../../src/client/openfeature/entitlements-provider.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import text from '../../fixtures/openfeature/gherkin/contextMerging.feature?raw'
import { aClient } from './a-client.ts'
import { type Steps, play, scenariosOf } from './scenarios.ts'

/** The provider, and with which context it was asked last. */
class ToldProvider extends EntitlementsProvider {
  context: EvaluationContext = {}

  override resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext) {
    this.context = context
    return super.resolveBooleanEvaluation(key, fallback, context)
  }
}

interface World {
  readonly provider: ToldProvider
  readonly client: Client
  readonly levels: string[]
  readonly contexts: Map<string, EvaluationContext>
}

function add({ contexts }: World, level: string, context: EvaluationContext): void {
  contexts.set(level, { ...contexts.get(level), ...context })
}

async function evaluate({ client, contexts }: World): Promise<void> {
  const of = (level: string) => contexts.get(level) ?? {}
  OpenFeature.setContext(of('API'))
  client.setContext({ targetingKey: 'u_42', ...of('Client') })
  const hooks = contexts.has('Before Hooks') ? [{ before: () => of('Before Hooks') }] : []
  const ask = () => client.getBooleanDetails('export-4k', false, of('Invocation'), { hooks })
  await new Promise<void>((resolve, reject) => {
    OpenFeature.setTransactionContext(of('Transaction'), () => {
      ask().then(({ value }) => {
        // The user is the one of the client, whatever is told besides.
        expect(value).toBe(true)
        resolve()
      }, reject)
    })
  })
}

const STEPS: Steps<World> = [
  [/^a stable provider with retrievable context is registered$/, () => {}],
  [
    /^A context entry with key "(.*)" and value "(.*)" is added to the "(.*)" level$/,
    (world, [key = '', value = '', level = '']) => add(world, level, { [key]: value }),
  ],
  [
    /^A table with levels of increasing precedence$/,
    ({ levels }, _groups, rows) => void levels.push(...rows.flat()),
  ],
  [
    /^Context entries for each level from API level down to the "(.*)" level, with key "(.*)" and value "(.*)"$/,
    (world, [last = '', key = '']) => {
      for (const level of world.levels.slice(0, world.levels.indexOf(last) + 1))
        add(world, level, { [key]: level })
    },
  ],
  [/^Some flag was evaluated$/, evaluate],
  [
    /^The merged context contains an entry with key "(.*)" and value "(.*)"$/,
    ({ provider }, [key = '', value]) => expect(provider.context[key]).toBe(value),
  ],
]

beforeAll(() => {
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator())
})

afterAll(() => {
  OpenFeature.setContext({})
})

describe('The context that OpenFeature merges', () => {
  it.each(scenariosOf(text, 'contextMerging.feature').map((one) => [one.name, one] as const))(
    'reaches the provider: %s',
    async (_name, scenario) => {
      expect.hasAssertions()
      const ledger = fakeLedger({ u_42: ['export-4k'] })
      const provider = new ToldProvider(ledger)
      const client = await aClient(ledger, {}, provider)
      await play(scenario, STEPS, { provider, client, levels: [], contexts: new Map() })
    },
  )
})
