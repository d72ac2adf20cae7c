import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTypes } from './types.ts';

const root = join(import.meta.dirname, '../..');
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
const out = join(root, 'src/generated');

mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'types.ts'), generateTypes(models));
