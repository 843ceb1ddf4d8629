import type { Client, EvaluationDetails, JsonValue } from '@openfeature/server-sdk'
import { describe, expect, it } from 'vitest'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import text from '../../fixtures/openfeature/gherkin/evaluation_v2.feature?raw'
import { aClient } from './a-client.ts'
import { type Scenario, type Steps, play, scenariosOf } from './scenarios.ts'
import { rightsByFlags } from './test-flags.ts'

/** What a scenario is about that cannot be shown of rights, by what its name, or one of its steps, begins with. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'Resolves zero value with targeting': 'a context has no rules: what is targeted is the user',
  'Empty evaluation context': 'a context has no rules: what is targeted is the user',
  'Null context values': 'a context has no rules: what is targeted is the user',
  'Multiple context attributes targeting': 'a context has no rules: what is targeted is the user',
  'Provider not ready error': 'it is ready when it is made; where the ledger is silent, an evaluation is',
  'Provider in fatal state error': 'nothing is fatal for it',
  'Complete evaluation details structure':
    'a variant is the reason of a check, and not one of several values',
  'Variant field population': 'a variant is the reason of a check, and not one of several values',
  'Flag metadata in evaluation details': 'metadata says how fresh an answer is, and not what somebody wrote',
  'a Boolean-flag with key "boolean-disabled-flag"': 'a boolean that is off is a no, and no default',
  'a not ready provider': 'it is ready when it is made; where the ledger is silent, an evaluation is',
  'a error provider': 'it is ready when it is made; where the ledger is silent, an evaluation is',
  'a fatal provider': 'nothing is fatal for it',
  'a stale provider': 'an answer is stale, and not all of them',
}

const SCENARIOS = scenariosOf(text, 'evaluation_v2.feature')

function whyLeftOut({ name, steps }: Scenario): string | undefined {
  const [, why] =
    Object.entries(LEFT_OUT).find(([begin]) =>
      [name, ...steps.map((step) => step.text)].some((one) => one.startsWith(begin)),
    ) ?? []
  return why
}

interface World {
  client: Client
  readonly context: Record<string, string>
  /** The hooks of an evaluation, and those that were called. */
  readonly hooks: string[]
  readonly hooked: string[]
  evaluate: (() => Promise<EvaluationDetails<JsonValue>>) | null
  parse: (text: string) => JsonValue
  details: EvaluationDetails<JsonValue> | null
}

const PARSE: Readonly<Record<string, (text: string) => JsonValue>> = {
  Boolean: (said) => said === 'true',
  String: (said) => said,
  Integer: Number,
  Float: Number,
  Object: (said) => JSON.parse(said.replaceAll('\\"', '"')) as JsonValue,
}

const STEPS: Steps<World> = [
  [
    /^a stable provider$/,
    async (world) => {
      world.client = await aClient(fakeLedger(rightsByFlags('u_42'), { memory: {} }))
    },
  ],
  [
    /^a (\w+)-flag with key "(.*)" and a fallback value "(.*)"$/,
    (world, [type = '', key = '', fallback = '']) => {
      const parse = PARSE[type] ?? expect.unreachable(type)
      world.parse = parse
      const { client, context, hooked } = world
      const value = parse(fallback)
      world.evaluate = () => {
        const hooks = world.hooks.map((name) => ({ before: () => void hooked.push(name) }))
        if (typeof value === 'boolean') return client.getBooleanDetails(key, value, context, { hooks })
        if (typeof value === 'number') return client.getNumberDetails(key, value, context, { hooks })
        if (typeof value === 'string') return client.getStringDetails(key, value, context, { hooks })
        return client.getObjectDetails(key, value, context, { hooks })
      }
    },
  ],
  [
    /^the flag was evaluated with details(?: asynchronously| using the evaluation options)?$/,
    async (world) => {
      world.details = (await world.evaluate?.()) ?? null
    },
  ],
  [
    /^the resolved details value should be "(.*)"$/,
    ({ details, parse }, [value = '']) => expect(details?.value).toEqual(parse(value)),
  ],
  // Nothing of a right is static: each is of the user who is asked for.
  [
    /^the reason should be "(.*)"$/,
    ({ details }, [reason = '']) =>
      expect(details?.reason).toBe(reason === 'STATIC' ? 'TARGETING_MATCH' : reason),
  ],
  [/^the error-code should be "(.*)"$/, ({ details }, [code]) => expect(details?.errorCode).toBe(code)],
  [/^the evaluation should complete without blocking$/, ({ details }) => expect(details).not.toBeNull()],
  [
    /^the provider status should be "(.*)"$/,
    ({ client }, [status]) => expect(client.providerStatus).toBe(status),
  ],
  [/^evaluation options containing specific hooks$/, ({ hooks }) => void hooks.push('first', 'second')],
  [
    /^the specified hooks should execute during evaluation$/,
    ({ hooked }) => expect(new Set(hooked)).toEqual(new Set(['first', 'second'])),
  ],
  [/^the hook order should be maintained$/, ({ hooked, hooks }) => expect(hooked).toEqual(hooks)],
  [
    /^an evaluation context with modifiable data$/,
    ({ context }) => void Object.assign(context, { plan: 'pro' }),
  ],
  [
    /^the original evaluation context should remain unmodified$/,
    ({ context }) => expect(context).toEqual({ plan: 'pro' }),
  ],
  [
    /^the evaluation details should be immutable$/,
    ({ details }) => expect(Object.isFrozen(details?.flagMetadata)).toBe(true),
  ],
]

describe('The specification of OpenFeature', () => {
  it.each(SCENARIOS.filter((one) => whyLeftOut(one) === undefined).map((one) => [one.name, one] as const))(
    '%s',
    async (_name, scenario) => {
      expect.hasAssertions()
      const world = {
        client: await aClient(fakeLedger()),
        context: {},
        hooks: [],
        hooked: [],
        evaluate: null,
        parse: String,
        details: null,
      }
      await play(scenario, STEPS, world)
    },
  )

  it('leaves out no more than that', () => {
    const leftOut = SCENARIOS.filter((one) => whyLeftOut(one) !== undefined)
    for (const begin of Object.keys(LEFT_OUT)) {
      expect(
        leftOut.some(({ name, steps }) =>
          [name, ...steps.map((step) => step.text)].some((one) => one.startsWith(begin)),
        ),
      ).toBe(true)
    }
    expect([SCENARIOS.length, leftOut.length]).toEqual([82, 47])
  })
})
