import type { Environment } from '@marcbachmann/cel-js';
import { type CelNode, childrenOf } from './celNode.ts';
import { CelPlace, placeOf } from './celPlace.ts';
import { writtenName } from './celSubstitutes.ts';
import { translateObjects } from './objectLiterals.ts';

/** What the library tells of an expression that it cannot read. */
interface LibraryError {
  readonly code?: string;
  readonly summary?: string;
  readonly message: string;
  readonly node?:
    | (CelNode & { readonly start: number; readonly end: number; readonly pos: number })
    | undefined;
  readonly range?: { readonly start: number; readonly end: number } | undefined;
}

/** What stands in the way of an expression, as upstream's compiler prints it. */
export function issueText(environment: Environment, expression: string, error: unknown): string {
  const { line, column, text } = placeIn(expression, error as LibraryError);
  const shown = text.replaceAll('\t', ' ');
  const message = messageOf(environment, expression, error as LibraryError);
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${shown}\n | ${'.'.repeat(column)}^`;
}

/** The library read a translation. */
function placeIn(expression: string, error: LibraryError): CelPlace {
  const { text, placeIn } = translateObjects(expression);
  return new CelPlace(expression, placeIn(placeOf(text, error)));
}

/** Upstream's words for the library's. */
function messageOf(
  environment: Environment,
  expression: string,
  { code, summary, message, node, range }: LibraryError,
): string {
  const told = summary ?? message.split('\n', 1)[0]!;
  const quoted = /'(.*)'/.exec(told)?.[1] ?? '';
  switch (code) {
    case 'unknown_variable':
      return undeclared(told.replace('Unknown variable: ', ''));
    case 'no_matching_overload':
      return noOverload(environment, quoted);
    case 'no_such_overload':
      return noOperator(told.replace('no such overload: ', ''));
    case 'no_such_key':
      return `undefined field '${told.replace('No such key: ', '')}'`;
    case 'cannot_index_type':
      return `type '${typeText(quoted)}' does not support field selection`;
    case 'invalid_comprehension_range':
      return `expression of type '${typeText(/type '(.*)' cannot/.exec(told)?.[1] ?? '')}' cannot be range of a comprehension (must be list, map, or dynamic)`;
    case 'invalid_logical_operand':
    case 'incompatible_ternary_branches':
      return node ? noOperation(node) : told;
    case 'invalid_condition_type':
      return `expected type 'bool' but found '${typeText(quoted)}'`;
    case 'reserved_identifier':
      return told.replace('Reserved identifier', 'reserved identifier');
    case 'unexpected_token':
    case 'expected_token':
    case 'unexpected_character':
      return syntaxError(expression, range?.start ?? 0, code);
    default:
      return /^(unterminated|newline|invalid_\w*escape|octal|invalid_(number|integer|exponent))/.test(
        code ?? '',
      )
        ? `Syntax error: ${told}`
        : told;
  }
}

const undeclared = (name: string): string => `undeclared reference to '${name}' (in container '')`;

/** `startsWith(int)`, `string.startsWith(int)` as the library writes the call. */
function noOverload(environment: Environment, call: string): string {
  const [, receiver, name = '', args = ''] = /^(?:([^(]*)\.)?(\w+)\((.*)\)$/s.exec(call) ?? [];
  const written = writtenName(name);
  if (!environment.getDefinitions().functions.some((known) => known.name === name))
    return undeclared(written);
  const applied = args && splitTypes(args).map(typeText).join(', ');
  return `found no matching overload for '${written}' applied to '${receiver === undefined ? '' : `${typeText(receiver)}.`}(${applied})'`;
}

/** `string == int`, `!int` as the library writes the operation. */
function noOperator(operation: string): string {
  const [, unary, operand = ''] = /^([!-])(\S.*)$/s.exec(operation) ?? [];
  if (unary) return `found no matching overload for '${unary}_' applied to '(${typeText(operand)})'`;
  const [, left = '', operator = '', right = ''] = /^(.+) (\S+) (.+)$/s.exec(operation) ?? [];
  const name = operator === 'in' ? '@in' : `_${operator}_`;
  return `found no matching overload for '${name}' applied to '(${typeText(left)}, ${typeText(right)})'`;
}

function noOperation(node: CelNode): string {
  const types = childrenOf(node).map(({ checkedType }) => typeText(checkedType?.name ?? 'dyn'));
  const name = node.op === '?:' ? '_?_:_' : `_${node.op}_`;
  return `found no matching overload for '${name}' applied to '(${types.join(', ')})'`;
}

/** What an operand may begin with. */
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

function syntaxError(expression: string, start: number, code: string): string {
  const [token = '<EOF>'] = /^(?:\w+|\S)/.exec(expression.slice(start)) ?? [];
  if (code === 'unexpected_token') return `Syntax error: mismatched input '${token}' expecting ${OPERAND}`;
  const isLast = expression.slice(start + token.length).trim() === '';
  return isLast && token !== '<EOF>'
    ? `Syntax error: extraneous input '${token}' expecting <EOF>`
    : `Syntax error: mismatched input '${token}' expecting ${code === 'expected_token' ? "')'" : '<EOF>'}`;
}

const NAMES: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
  list: 'list(dyn)',
  map: 'map(dyn, dyn)',
};

/** `list<string>` of the library is `list(string)` upstream. */
export function typeText(type: string): string {
  const [, kind, inner] = /^(dyn|list|map|optional)<(.+)>$/s.exec(type) ?? [];
  if (inner === undefined) return Object.hasOwn(NAMES, type) ? NAMES[type]! : type;
  if (kind === 'dyn') return 'dyn';
  const parts = splitTypes(inner).map(typeText).join(', ');
  return `${kind === 'optional' ? 'optional_type' : kind}(${parts})`;
}

/** At the commas that are in no brackets. */
function splitTypes(types: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const letter of types) {
    if (letter === '<') depth++;
    if (letter === '>') depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}
