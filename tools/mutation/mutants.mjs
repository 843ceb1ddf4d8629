import { parseAst } from 'vite'

const OTHER_OPERATORS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
}

const OTHER_METHODS = { some: 'every', every: 'some', min: 'max', max: 'min' }

/** Calls that only sort, narrow or turn: what they are called on stands in for them. */
const PASSING = new Set(['filter', 'slice', 'toSorted', 'toReversed'])

/** Of these syntax nodes only the expression runs; all other nodes of types do not. */
const CASTS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

/**
 * The places of a source text and what else could stand there: `{ start, end, text, line, what }`, one at a time.
 * What the compiler itself refuses (another string of a union, an absent field) is left to the compiler.
 */
export function mutantsOf(source) {
  const mutants = []
  const textOf = ({ start, end }) => source.slice(start, end)

  function put({ start, end }, text, what) {
    const line = source.slice(0, start).split('\n').length
    const before = source.slice(start, end).replaceAll(/\s+/g, ' ')
    mutants.push({ start, end, text, line, what, before })
  }

  function operator(node) {
    const at = source.indexOf(node.operator, node.left.end)
    for (const other of OTHER_OPERATORS[node.operator] ?? []) {
      const place = { start: at, end: at + node.operator.length }
      put(place, other, `${textOf(node).replaceAll(/\s+/g, ' ')}: ${other}`)
    }
  }

  function asked(test) {
    for (const answer of ['true', 'false']) put(test, answer, `always ${answer}`)
  }

  const rules = {
    BinaryExpression: operator,
    LogicalExpression(node) {
      if (node.operator !== '??') return operator(node)
      put(node, textOf(node.left), 'without its default')
      put(node, textOf(node.right), 'always its default')
    },
    UnaryExpression(node) {
      if (node.operator === '!' || node.operator === '-')
        put(node, textOf(node.argument), `no ${node.operator}`)
    },
    Literal(node) {
      if (typeof node.value === 'boolean') put(node, String(!node.value), 'the other boolean')
    },
    IfStatement: ({ test }) => asked(test),
    ConditionalExpression: ({ test }) => asked(test),
    ReturnStatement(node) {
      if (node.argument && textOf(node.argument) !== 'null') put(node.argument, 'null', 'returns null')
    },
    ExpressionStatement(node) {
      put(node, ';', 'statement removed')
    },
    CallExpression(node) {
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.computed) return
      const { name } = callee.property
      if (OTHER_METHODS[name]) put(callee.property, OTHER_METHODS[name], `${OTHER_METHODS[name]} for ${name}`)
      if (PASSING.has(name)) put(node, textOf(callee.object), `no ${name}`)
    },
    SpreadElement(node) {
      if (node.argument.type === 'ConditionalExpression') put(node, '...[]', 'nothing spread')
    },
  }

  function visit(node) {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node?.type !== 'string' || node.type === 'ImportDeclaration') return
    if (CASTS.has(node.type)) return visit(node.expression)
    if (node.type.startsWith('TS')) return
    rules[node.type]?.(node)
    for (const [key, child] of Object.entries(node))
      if (key !== 'parent' && typeof child === 'object') visit(child)
  }

  visit(parseAst(source, { lang: 'ts' }))
  return mutants
}
