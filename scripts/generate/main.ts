import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFacts } from './build.ts';
import { generateSchema } from './schema.ts';
import { generateTypes } from './types.ts';

const root = join(import.meta.dirname, '../..');
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
const out = join(root, 'src/generated');

mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'types.ts'), generateTypes(models));

const { schema, docs } = generateSchema(models);
writeFileSync(join(out, 'schema.json'), JSON.stringify(schema));
writeFileSync(join(out, 'docs.json'), JSON.stringify(docs));
writeFileSync(join(out, 'build.json'), JSON.stringify(buildFacts(root)));
