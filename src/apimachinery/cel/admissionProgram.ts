import type { Environment } from '@marcbachmann/cel-js';
import { type CelProgram, compileCel } from './celProgram.ts';

/** Reads an expression of admission that is to come to one of some types. What is wrong with it is told as upstream's API does. */
export function compileAdmission(
  environment: Environment,
  expression: string,
  types: readonly string[],
): CelProgram {
  const program = compileCel(environment, expression);
  if (program.issue !== undefined) return { ...program, issue: `compilation failed: ${program.issue}` };
  if (types.includes(program.type)) return program;
  const wanted = types.length === 1 ? types[0] : `one of [${types.join(' ')}]`;
  return { ...program, issue: `must evaluate to ${wanted} but got ${program.type}` };
}

/** A condition under which a webhook or a policy looks at a request. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}
