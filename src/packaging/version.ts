import { readFileSync } from 'node:fs';
import { packageFile } from './packageFiles.ts';

/** sampan's own version, from its package.json. */
export const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
  version: string;
};
