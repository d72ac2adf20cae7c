import { isJsonObject } from '../../apimachinery/patch/jsonValue.ts';
import { decodeFields } from '../../apimachinery/schema/decode.ts';
import { jsonKind } from '../../apimachinery/schema/decodeTrail.ts';
import { type Definition, definitionNamed, type ReadObject } from '../../apimachinery/schema/schema.ts';
import { settle } from '../../apimachinery/structural/settle.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';
import { toDefinition } from '../../apimachinery/structural/toDefinition.ts';
import type { ObjectMeta } from '../../generated/types.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The structure of a custom kind: `com.example.v1.Widget`. */
export const customDefinition = (
  group: string,
  version: string,
  kind: string,
  schema: StructuralSchema,
  hasStatus: boolean,
): Definition => ({
  ...toDefinition([...group.split('.').reverse(), version, kind].join('.'), schema),
  hasPlainStatus: !hasStatus,
  read: (value) => read(value, schema),
});

/** What a client sent, with metadata of the right types and all else as the schema wants it. */
function read(value: unknown, schema: StructuralSchema): ReadObject {
  if (!isJsonObject(value)) {
    const problem = `json: cannot unmarshal ${jsonKind(value)} into Go value of type map[string]interface {}`;
    return { object: undefined, problem, unknownFields: [] };
  }
  const metadata = decodeFields<ObjectMeta>(definitionNamed(OBJECT_META)!, value.metadata);
  const { value: settled, unknownFields } = settle(value, schema);
  return {
    object: { ...(settled as object), metadata: metadata.object },
    problem: metadata.problem,
    unknownFields: [...pathsIn(metadata.unknownFields), ...unknownFields],
  };
}

/** `metadata.foo` of `unknown field "foo"`. */
const pathsIn = (problems: readonly string[]): string[] =>
  problems.map((text) => `metadata.${JSON.parse(text.slice(text.indexOf('"')))}`);
