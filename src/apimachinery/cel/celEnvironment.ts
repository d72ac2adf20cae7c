import type { Environment } from '@marcbachmann/cel-js';
import { celLibrary } from './celLibrary.ts';
import { registerLibraries } from './library/libraries.ts';

let base: Environment | undefined;
let ofRules: Environment | undefined;

/** The language with upstream's functions and no variables. */
export function baseEnvironment(): Environment {
  base ??= makeBase();
  return base;
}

/** The language of rules as upstream has it for custom kinds. */
export function celEnvironment(): Environment {
  ofRules ??= baseEnvironment().clone().registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');
  return ofRules;
}

function makeBase(): Environment {
  const { Environment } = celLibrary();
  const environment = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 10_000, maxDepth: 100 },
  });
  registerLibraries(environment);
  return environment;
}
