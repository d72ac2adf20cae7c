import { createRequire } from 'node:module';
import type { Environment } from '@marcbachmann/cel-js';
import { registerFunctions } from './celFunctions.ts';

type Library = typeof import('@marcbachmann/cel-js');

const require = createRequire(import.meta.url);
let base: Environment | undefined;
let ofRules: Environment | undefined;

/** The language with upstream's functions and no variables. Its library is loaded when the first expression wants it: most servers never see one. */
export function baseEnvironment(): Environment {
  base ??= makeBase(require('@marcbachmann/cel-js') as Library);
  return base;
}

/** The language of rules as upstream has it for custom kinds. */
export function celEnvironment(): Environment {
  ofRules ??= baseEnvironment().clone().registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');
  return ofRules;
}

function makeBase({ Environment }: Library): Environment {
  const environment = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 10_000, maxDepth: 100 },
  });
  registerFunctions(environment);
  return environment;
}
