import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { additions } from './facts/additions.ts';
import { metricsModels } from './facts/metricsModels.ts';
import { ownModels } from './facts/ownModels.ts';

/** One field of a client-node model, as the release's swagger had it. */
export interface ModelField {
  readonly name: string;
  /** `string`, `number`, `Date`, `V1PodSpec`, `Array<…>`, `{ [key: string]: …; }`. */
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
  readonly description: string;
}

export interface Model {
  readonly description: string;
  readonly fields: readonly ModelField[];
}

/** Those that are described by hand. */
export const described: Readonly<Record<string, Model>> = { ...ownModels, ...metricsModels };

export const hasModel = (folder: string, model: string) =>
  model in described || existsSync(join(folder, `${model}.d.ts`));

/** Reads the declared fields and comments (`.d.ts`) and the wire's types (`.js`) of one model. */
export function readModel(folder: string, model: string): Model {
  if (described[model]) return described[model];
  const declaration = readFileSync(join(folder, `${model}.d.ts`), 'utf8');
  const start = declaration.indexOf('export declare class ');
  const declared = declaredFields(declaration.slice(start));
  const comments = declaration.slice(0, start).match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  const upstream = attributes(readFileSync(join(folder, `${model}.js`), 'utf8')).map(
    ({ name, baseName, type, format }) => ({
      name: baseName,
      type,
      format,
      required: declared.get(name)?.required ?? false,
      description: declared.get(name)?.description ?? '',
    }),
  );
  const fields = [...upstream, ...(additions[model] ?? [])];
  return { description: comments.length > 1 ? commentText(comments.at(-1)!) : '', fields };
}

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const attributes = (source: string): Attribute[] =>
  JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(source)?.[1] ?? '[]');

function declaredFields(body: string) {
  const pattern = /(?:^ *(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?^ +'([\w$-]+)'(\?)?:/gm;
  return new Map(
    [...body.matchAll(pattern)].map(([, comment = '', name = '', optional]) => [
      name,
      { required: optional === undefined, description: commentText(comment) },
    ]),
  );
}

/** The text of a block comment. The generator of client-node escapes quotes as if it wrote a string. */
const commentText = (comment: string) =>
  comment
    .replace(/^\s*\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\\(['"\\])/g, '$1')
    .replaceAll('*\\/', '*/')
    .trim();
