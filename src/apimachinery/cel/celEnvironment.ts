import { createRequire } from 'node:module';
import type { Environment } from '@marcbachmann/cel-js';
import { registerFunctions } from './celFunctions.ts';

type Library = typeof import('@marcbachmann/cel-js');

const require = createRequire(import.meta.url);
let made: Environment | undefined;

/** The language of rules as upstream has it for custom kinds. Its library is loaded when the first rule wants it: most servers never see one. */
export function celEnvironment(): Environment {
  made ??= makeEnvironment(require('@marcbachmann/cel-js') as Library);
  return made;
}

function makeEnvironment(library: Library): Environment {
  const environment = new library.Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 10_000, maxDepth: 100 },
  });
  environment.registerVariable('self', 'dyn');
  environment.registerVariable('oldSelf', 'dyn');
  registerFunctions(environment);
  return environment;
}
