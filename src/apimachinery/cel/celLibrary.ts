import { createRequire } from 'node:module';

type Library = typeof import('@marcbachmann/cel-js');

const require = createRequire(import.meta.url);
let loaded: Library | undefined;

/** What carries out expressions. It is loaded when the first expression wants it: most servers never see one. */
export function celLibrary(): Library {
  loaded ??= require('@marcbachmann/cel-js') as Library;
  return loaded;
}
