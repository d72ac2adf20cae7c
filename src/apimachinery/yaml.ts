import { createRequire } from 'node:module';

type Yaml = typeof import('yaml');

const require = createRequire(import.meta.url);
let library: Yaml | undefined;

/** The YAML library, loaded when the first text wants it: most servers never see one, and it costs 20 ms and 8 MB. */
export function yaml(): Yaml {
  library ??= require('yaml') as Yaml;
  return library;
}
