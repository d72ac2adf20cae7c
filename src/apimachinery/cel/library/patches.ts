import type { Environment } from '@marcbachmann/cel-js';

type Fields = Readonly<Record<string, unknown>>;

/** An object, or a part of one, as an expression writes it out: `Object.spec{replicas: 1}`. */
export class ObjectLiteral {
  readonly type: string;
  readonly fields: Fields;

  constructor(type: string, fields: Fields) {
    this.type = type;
    this.fields = fields;
  }
}

/** What an expression makes of the part of an object that is not the whole. */
export class ObjectPart extends ObjectLiteral {}

/** A step of a JSON patch: `JSONPatch{op: "add", path: "/spec", value: 1}`. */
export class JsonPatchLiteral {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  readonly value: unknown;

  constructor({ op, path, from, value }: Fields) {
    this.op = textIn(op, 'op');
    this.path = textIn(path, 'path');
    this.from = textIn(from, 'from');
    this.value = value;
  }
}

function textIn(value: unknown, field: string): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new Error(`unexpected type ${typeof value} for JSONPatchType '${field}' field`);
}

const PATCH_FIELDS = ['op', 'path', 'from', 'value'];

class JsonPatchNamespace {}

/** What the expressions of mutations have beyond others: objects, steps of patches, and `jsonpatch.escapeKey`. */
export function registerPatches(environment: Environment): void {
  const sync = { async: false } as never;
  environment.registerType('Object', ObjectLiteral);
  environment.registerType('Object.part', ObjectPart);
  environment.registerType('JSONPatch', JsonPatchLiteral);
  environment.registerFunction(
    'Object__(string, map): Object',
    (type: string, fields: Fields) => new ObjectLiteral(type, fields),
    sync,
  );
  environment.registerFunction(
    'ObjectPart__(string, map): Object.part',
    (type: string, fields: Fields) => new ObjectPart(type, fields),
    sync,
  );
  environment.registerFunction('JSONPatch__(string, map): JSONPatch', makePatch, sync);
  environment.registerType('JsonPatchNamespace', JsonPatchNamespace);
  environment.registerConstant('jsonpatch', 'JsonPatchNamespace', new JsonPatchNamespace());
  environment.registerFunction(
    'JsonPatchNamespace.escapeKey(string): string',
    (_: JsonPatchNamespace, key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
    sync,
  );
}

function makePatch(_type: string, fields: Fields): JsonPatchLiteral {
  const unknown = Object.keys(fields).find((name) => !PATCH_FIELDS.includes(name));
  if (unknown !== undefined) throw new Error(`unexpected JSONPatchType field: ${unknown}`);
  return new JsonPatchLiteral(fields);
}
