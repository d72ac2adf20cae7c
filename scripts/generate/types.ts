import { readdirSync } from 'node:fs';
import { described, type Model, type ModelField, readModel } from './models.ts';

/**
 * Writes one TypeScript interface per model of `@kubernetes/client-node`: the wire's own shapes, so a
 * timestamp is a string, and names without the `V1` that almost all of them would carry.
 */
export function generateTypes(modelsFolder: string): string {
  const models = readdirSync(modelsFolder)
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => file.replace(/\.d\.ts$/, ''))
    .filter(isServedModel)
    .concat(Object.keys(described));
  return [HEADER, ...models.map((model) => modelInterface(model, readModel(modelsFolder, model)))].join('\n');
}

const HEADER = `// Built by scripts/generate from @kubernetes/client-node. Not edited, not committed.
export type IntOrString = number | string;
`;

const isServedModel = (model: string) =>
  !/^(V\d+(alpha|beta)\d+|V2|ObjectSerializer|VersionInfo|all|IntOrString)/.test(model);

/** The name under which a model of client-node appears in our types: `V1Pod` is `Pod`, `CoreV1Event` stays. */
const typeName = (model: string) => model.replace(/^V1(?=[A-Z])/, '');

function modelInterface(model: string, { description, fields }: Model): string {
  const names = new Set(fields.map((field) => field.name));
  const isRoot = names.has('apiVersion') && names.has('kind') && names.has('metadata');
  const always = isRoot || model === 'V1PodTemplateSpec' ? ['metadata', 'spec'] : [];
  const lines = fields.map((field) => fieldLine(field, field.required || always.includes(field.name)));
  return `${comment(description)}export interface ${typeName(model)} {\n${lines.join('\n')}\n}\n`;
}

const fieldLine = ({ name, type, description }: ModelField, required: boolean) =>
  `${comment(description, '  ')}  '${name}'${required ? '' : '?'}: ${fieldType(type)};`;

const comment = (text: string, indent = '') =>
  text ? `${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', `\n${indent} * `)} */\n` : '';

const fieldType = (type: string) =>
  type
    .replace(/\bDate\b|\bV1MicroTime\b/g, 'string')
    .replace(/\bany\b/g, 'unknown')
    .replace(/\b(V1(?=[A-Z])\w+)\b/g, (model) => typeName(model));
