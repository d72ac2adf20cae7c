import type { Environment } from '@marcbachmann/cel-js';
import { spend } from '../celBudget.ts';
import {
  type CelChecker,
  type CelContext,
  type CelEvaluator,
  type CelNode,
  type CelType,
  sizeOf,
} from '../celNode.ts';
import { nameIn } from './optionals.ts';

interface MacroCall {
  readonly receiver: CelNode;
  readonly args: readonly CelNode[];
}

/** What a loop does with each pair. */
interface Loop {
  /** The type of what it comes to, by that of its body. */
  type(checker: CelChecker, body: CelType, key: CelType): CelType;
  run(pairs: Iterable<Pair>): unknown;
}

/** A key, or an index, and what the body of the loop makes of it. `isWanted`: what the filter says. */
interface Pair {
  readonly key: unknown;
  isWanted(): boolean;
  value(): unknown;
}

/** Upstream's comprehensions with two variables: `self.labels.all(key, value, key != value)`. Over maps by key, over lists by index. */
export function registerTwoVariables(environment: Environment): void {
  const bool = (checker: CelChecker) => checker.getType('bool');
  const register = (name: string, loop: Loop, counts: readonly number[]) => {
    for (const count of counts) {
      const parameters = new Array<string>(count).fill('ast').join(', ');
      environment.registerFunction(`list.${name}(${parameters}): dyn`, macro(loop, count === 4) as never);
    }
  };
  register('all', { type: bool, run: (pairs) => quantify(pairs, false) }, [3]);
  register('exists', { type: bool, run: (pairs) => quantify(pairs, true) }, [3]);
  for (const name of ['existsOne', 'exists_one']) register(name, { type: bool, run: isOne }, [3]);
  register(
    'transformList',
    { type: listOf, run: (pairs) => wanted(pairs).map((pair) => pair.value()) },
    [3, 4],
  );
  register('transformMap', { type: mapOf, run: (pairs) => merged(wanted(pairs).map(entryOf)) }, [3, 4]);
  const ofEntries = { type: (_: CelChecker, body: CelType) => body, run: mergeEntries };
  register('transformMapEntry', ofEntries, [3, 4]);
}

const listOf = (checker: CelChecker, body: CelType): CelType => checker.getType(`list<${body.name}>`);
const mapOf = (checker: CelChecker, body: CelType, key: CelType): CelType =>
  checker.getType(`map<${key.name}, ${body.name}>`);

const macro =
  (loop: Loop, isFiltered: boolean) =>
  ({ receiver, args }: MacroCall) => {
    const [keyName, valueName, ...rest] = args;
    const [filter, body] = isFiltered ? rest : [undefined, rest[0]!];
    const cost = sizeOf(body!) + (filter ? sizeOf(filter) : 0);
    let outer: CelContext;
    let inner: CelContext;
    return {
      async: false,
      typeCheck(checker: CelChecker, _macro: object, context: CelContext) {
        const [key, value] = typesIn(checker, checker.check(receiver, context));
        outer = context.forkWithVariable(nameIn(keyName!), key);
        inner = outer.forkWithVariable(nameIn(valueName!), value);
        if (filter) checker.check(filter, inner);
        return loop.type(checker, checker.check(body!, inner), key);
      },
      evaluate(evaluator: CelEvaluator, _macro: object, context: CelContext) {
        const entries = entriesOf(evaluator.run(receiver, context));
        const scope = (key: unknown, value: unknown) => {
          spend(cost);
          return inner
            .reuse(outer.reuse(context).setIterValue(key, evaluator))
            .setIterValue(value, evaluator);
        };
        const pairs = entries.map(
          ([key, value]): Pair => ({
            key,
            isWanted: () => !filter || asBool(evaluator.run(filter, scope(key, value))),
            value: () => evaluator.run(body!, scope(key, value)),
          }),
        );
        return loop.run(pairs);
      },
    };
  };

function typesIn(checker: CelChecker, { kind, keyType, valueType }: CelType): [CelType, CelType] {
  if (kind === 'list') return [checker.getType('int'), valueType!];
  if (kind === 'map') return [keyType!, valueType!];
  return [checker.getType('dyn'), checker.getType('dyn')];
}

function entriesOf(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [BigInt(index), item]);
  if (value instanceof Map) return [...value];
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  throw new Error('no such overload');
}

function asBool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error('no such overload');
}

const wanted = (pairs: Iterable<Pair>): Pair[] => [...pairs].filter((pair) => pair.isWanted());
const entryOf = (pair: Pair): [unknown, unknown] => [pair.key, pair.value()];

/** One that decides ends it, also when others fail. */
function quantify(pairs: Iterable<Pair>, deciding: boolean): boolean {
  let failure: unknown;
  for (const pair of pairs) {
    try {
      if (asBool(pair.value()) === deciding) return deciding;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return !deciding;
}

const isOne = (pairs: Iterable<Pair>): boolean =>
  [...pairs].filter((pair) => asBool(pair.value())).length === 1;

const mergeEntries = (pairs: Iterable<Pair>): Record<string, unknown> =>
  merged(wanted(pairs).flatMap((pair) => entriesOf(pair.value())));

function merged(entries: readonly (readonly [unknown, unknown])[]): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const name = String(key);
    if (Object.hasOwn(map, name)) throw new Error(`insert failed: key ${name} already exists`);
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return map;
}
