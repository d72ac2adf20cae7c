import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes one TypeScript interface per model of `@kubernetes/client-node`: the wire's own shapes, so a
 * timestamp is a string, and names without the `V1` that almost all of them would carry.
 */
export function generateTypes(modelsFolder: string): string {
  const models = readdirSync(modelsFolder)
    .filter((file) => file.endsWith('.d.ts') && isServedModel(file))
    .map((file) => modelInterface(readFileSync(join(modelsFolder, file), 'utf8')));
  return [HEADER, ...models.filter((text) => text !== undefined)].join('\n');
}

const HEADER = `// Built by scripts/generate from @kubernetes/client-node. Not edited, not committed.
export type IntOrString = number | string;
`;

const isServedModel = (file: string) =>
  !/^(V\d+(alpha|beta)\d+|V2|ObjectSerializer|VersionInfo|all)/.test(file) && !file.startsWith('IntOrString');

/** The name under which a model of client-node appears in our types: `V1Pod` is `Pod`, `CoreV1Event` stays. */
export const typeName = (model: string) => model.replace(/^V1(?=[A-Z])/, '');

function modelInterface(source: string): string | undefined {
  const start = source.indexOf('export declare class ');
  const name = /export declare class (\w+)/.exec(source)?.[1];
  if (!name) return undefined;
  const fields = classFields(source.slice(start));
  const names = new Set(fields.map((field) => field.name));
  const isRoot = names.has('apiVersion') && names.has('kind') && names.has('metadata');
  const always = isRoot || name === 'V1PodTemplateSpec' ? ['metadata', 'spec'] : [];
  const lines = fields.map(({ comment, name, optional, type }) => {
    const mark = optional && !always.includes(name) ? '?' : '';
    return `${comment}  '${wireName(name)}'${mark}: ${fieldType(type)};`;
  });
  return `${classComment(source.slice(0, start))}export interface ${typeName(name)} {\n${lines.join('\n')}\n}\n`;
}

/** Fields stand alone on a line, quoted, each under its own comment. */
function classFields(body: string) {
  const pattern = /(?:^ *(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?^ +'([\w$-]+)'(\?)?: ((?:\{[^}]*\}|[^;{])+);/gm;
  return [...body.matchAll(pattern)].map(([, comment, name = '', optional, type = '']) => ({
    comment: comment ? `  ${comment.replace(/\n\s*\*/g, '\n   *')}\n` : '',
    name,
    optional: optional === '?',
    type: type.replace(/\s+/g, ' '),
  }));
}

const classComment = (preamble: string) => {
  const comments = preamble.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return comments.length > 1 ? `${comments.at(-1)}\n` : '';
};

/** client-node escapes names that TypeScript would not take: `_continue`, `x_kubernetes_map_type`. */
const wireName = (field: string) =>
  field.startsWith('x_kubernetes_') ? field.replaceAll('_', '-') : field.replace(/^_/, '');

const fieldType = (type: string) =>
  type
    .replace(/\bDate\b|\bV1MicroTime\b/g, 'string')
    .replace(/\b(V1(?=[A-Z])\w+)\b/g, (model) => typeName(model))
    .replace(/\bany\b/g, 'unknown');
