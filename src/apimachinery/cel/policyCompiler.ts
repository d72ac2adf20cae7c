import type { Environment } from '@marcbachmann/cel-js';
import { admissionEnvironment } from './admissionEnvironment.ts';
import { compileAdmission } from './admissionProgram.ts';
import { type CelProgram, compileCel } from './celProgram.ts';

/** Reads the expressions of one policy. Each may speak of the variables that were declared before it. */
export class PolicyCompiler {
  readonly #hasParams: boolean;
  readonly #types: Record<string, string> = {};
  readonly #environments = new Map<string, Environment>();

  constructor({ hasParams }: { readonly hasParams: boolean }) {
    this.#hasParams = hasParams;
  }

  /** Reads a variable; later expressions may use it. Of one that cannot be read, nothing is known. */
  declare(name: string, expression: string): CelProgram {
    const program = compileCel(this.#environment(), expression);
    this.#types[name] = program.declaredType;
    this.#environments.clear();
    return program.issue === undefined
      ? program
      : { ...program, issue: `compilation failed: ${program.issue}` };
  }

  /** Messages may not ask the authorizer, all other expressions may; those of mutations make objects and patches. */
  compile(
    expression: string,
    types: readonly string[],
    { hasAuthorizer = true, hasPatchTypes = false } = {},
  ): CelProgram {
    return compileAdmission(this.#environment(hasAuthorizer, hasPatchTypes), expression, types);
  }

  #environment(hasAuthorizer = true, hasPatchTypes = false): Environment {
    const hasParams = this.#hasParams;
    const variables = { ...this.#types };
    return this.#environments.getOrInsertComputed(`${hasAuthorizer} ${hasPatchTypes}`, () =>
      admissionEnvironment({ hasParams, hasAuthorizer, hasPatchTypes, variables }),
    );
  }
}
