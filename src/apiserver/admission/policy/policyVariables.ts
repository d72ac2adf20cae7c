import type { CelProgram } from '../../../apimachinery/cel/celProgram.ts';
import { celValue } from '../../../apimachinery/cel/celValue.ts';
import type { PolicyCompiler } from '../../../apimachinery/cel/policyCompiler.ts';
import { UserVariables } from '../../../apimachinery/cel/userVariables.ts';
import { messageOf } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { Variable } from '../../../generated/types.ts';
import type { CelRequest } from '../cel/celRequest.ts';

/** A variable that a policy declares. */
export interface DeclaredVariable {
  readonly name: string;
  readonly program: CelProgram;
}

/** Reads the variables of a policy, in their order. */
export const declareAll = (variables: readonly Variable[], compiler: PolicyCompiler): DeclaredVariable[] =>
  variables.map(({ name, expression }) => ({ name, program: compiler.declare(name, expression) }));

/** What the expressions of a policy may speak of, for one request and one set of parameters. */
export class PolicyVariables {
  readonly #request: CelRequest;
  readonly params: unknown;
  readonly namespaceObject: unknown;
  readonly variables: UserVariables;

  constructor(
    request: CelRequest,
    params: unknown,
    namespace: KubernetesObject | undefined,
    declared: readonly DeclaredVariable[],
  ) {
    this.#request = request;
    this.params = params;
    this.namespaceObject = namespaceValue(namespace);
    const evaluators = declared.map(({ name, program }) => [name, () => this.#evaluate(name, program)]);
    this.variables = new UserVariables(Object.fromEntries(evaluators));
  }

  get object(): unknown {
    return this.#request.object;
  }

  get oldObject(): unknown {
    return this.#request.oldObject;
  }

  get request(): unknown {
    return this.#request.request;
  }

  get authorizer(): unknown {
    return this.#request.authorizer;
  }

  #evaluate(name: string, program: CelProgram): unknown {
    const variable = `composited variable ${JSON.stringify(name)}`;
    if (program.issue !== undefined) throw new Error(`${variable} fails to compile: ${program.issue}`);
    try {
      return program.evaluate(this);
    } catch (error) {
      throw new Error(`${variable} fails to evaluate: ${messageOf(error)}`);
    }
  }
}

/** Of a namespace, what expressions may see: all but its owners and who manages its fields. */
function namespaceValue(namespace: KubernetesObject | undefined): unknown {
  if (!namespace) return null;
  const { managedFields: _, ownerReferences: __, ...metadata } = namespace.metadata;
  return celValue({ ...namespace, metadata }, undefined);
}
