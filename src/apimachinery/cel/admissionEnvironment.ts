import type { Environment } from '@marcbachmann/cel-js';
import { baseEnvironment } from './celEnvironment.ts';
import { registerAuthorizer } from './library/authorizer.ts';
import { registerPatches } from './library/patches.ts';
import { UserVariables } from './userVariables.ts';

/** Which variables an expression of admission may speak of, beside `object`, `oldObject`, `request` and `namespaceObject`. */
export interface AdmissionVariables {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** Whether it makes objects and patches: an expression of a mutation. */
  readonly hasPatchTypes?: boolean;
  /** Types of what `variables` holds, as the library writes them. Without it there is no such variable. */
  readonly variables?: Readonly<Record<string, string>>;
}

const plain = new Map<string, Environment>();

/** The language of admission as upstream has it: of match conditions, and of policies when there are `variables`. */
export function admissionEnvironment({ variables, ...what }: AdmissionVariables): Environment {
  const { hasParams, hasAuthorizer, hasPatchTypes = false } = what;
  const common = plain.getOrInsertComputed(`${hasParams} ${hasAuthorizer} ${hasPatchTypes}`, () =>
    makePlain(what),
  );
  if (!variables) return common;
  return common
    .clone()
    .registerType(VARIABLES, { ctor: UserVariables, fields: variables } as never)
    .registerVariable('variables', VARIABLES);
}

const VARIABLES = 'kubernetes.variables';

function makePlain({ hasParams, hasAuthorizer, hasPatchTypes }: AdmissionVariables): Environment {
  const environment = baseEnvironment().clone();
  for (const [name, fields] of Object.entries(REQUEST_TYPES)) environment.registerType(name, { fields });
  for (const name of ['GroupVersionKind', 'GroupVersionResource'])
    makeComparable(environment, `kubernetes.${name}`);
  for (const name of ['object', 'oldObject', 'namespaceObject']) environment.registerVariable(name, 'dyn');
  environment.registerVariable('request', 'kubernetes.AdmissionRequest');
  if (hasParams) environment.registerVariable('params', 'dyn');
  if (hasAuthorizer) registerAuthorizer(environment);
  if (hasPatchTypes) registerPatches(environment);
  return environment;
}

/** The library compares no structures of types. */
function makeComparable(environment: Environment, type: string): void {
  const fields = Object.keys(REQUEST_TYPES[type]!);
  environment.registerOperator(`${type} == ${type}`, (a: Fields, b: Fields) =>
    fields.every((field) => a.get(field) === b.get(field)),
  );
}

type Fields = ReadonlyMap<string, unknown>;

/** What is known of a request. The object is not part of it: it has a variable of its own. */
const REQUEST_TYPES: Readonly<Record<string, Record<string, string>>> = {
  'kubernetes.GroupVersionKind': { group: 'string', version: 'string', kind: 'string' },
  'kubernetes.GroupVersionResource': { group: 'string', version: 'string', resource: 'string' },
  'kubernetes.UserInfo': {
    username: 'string',
    uid: 'string',
    groups: 'list<string>',
    extra: 'map<string, list<string>>',
  },
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind',
    resource: 'kubernetes.GroupVersionResource',
    subResource: 'string',
    requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource',
    requestSubResource: 'string',
    name: 'string',
    namespace: 'string',
    operation: 'string',
    userInfo: 'kubernetes.UserInfo',
    dryRun: 'bool',
    options: 'dyn',
  },
};
