import { boolField, type Message, messageField, stringField, writeMessage } from './protobufWriter.ts';
import type { Json } from './wellKnownSchemas.ts';

// Field numbers are those of gnostic's openapi.v2 messages (github.com/google/gnostic-models, OpenAPIv2.proto).

/** An OpenAPI 2.0 document as the message `openapi.v2.Document`. */
export function encodeDocument(document: Json): Uint8Array {
  const info = document.info as Json;
  return writeMessage([
    ...stringField(1, document.swagger as string),
    messageField(2, [...stringField(1, info.title as string), ...stringField(2, info.version as string)]),
    messageField(8, named(2, document.paths as Json, pathItem)),
    messageField(9, named(1, document.definitions as Json, schema)),
  ]);
}

/** Entries of a JSON object as repeated messages of a name and a value. */
const named = (number: number, entries: Json, encode: (value: Json) => Message): Message =>
  Object.entries(entries).map(([name, value]) =>
    messageField(number, [...stringField(1, name), messageField(2, encode(value as Json))]),
  );

/** gnostic keeps what it has no message for as YAML, of which JSON is a part. */
const any = (value: unknown): Message => stringField(2, JSON.stringify(value));

const extensions = (number: number, from: Json): Message =>
  Object.entries(from)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => messageField(number, [...stringField(1, name), messageField(2, any(value))]));

const strings = (number: number, values: unknown): Message =>
  ((values as string[] | undefined) ?? []).flatMap((value) => stringField(number, value));

function pathItem(item: Json): Message {
  const methods = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };
  return [
    ...Object.entries(methods)
      .filter(([method]) => item[method])
      .map(([method, number]) => messageField(number, operation(item[method] as Json))),
    ...parameters(9, item.parameters),
  ];
}

const operation = (from: Json): Message => [
  ...strings(1, from.tags),
  ...stringField(3, from.description as string),
  ...stringField(5, from.operationId as string),
  ...strings(6, from.produces),
  ...strings(7, from.consumes),
  ...parameters(8, from.parameters),
  messageField(
    9,
    named(1, from.responses as Json, (response) => [messageField(1, responseFields(response))]),
  ),
  ...strings(10, from.schemes),
  ...extensions(13, from),
];

function responseFields({ description, schema: answer }: Json): Message {
  return [
    ...stringField(1, description as string),
    ...(answer ? [messageField(2, [messageField(1, schema(answer as Json))])] : []),
  ];
}

const parameters = (number: number, values: unknown): Message =>
  (values as Json[]).map((value) => messageField(number, [messageField(1, parameter(value))]));

function parameter(from: Json): Message {
  if (from.in === 'body') return [messageField(1, bodyParameter(from))];
  const isPath = from.in === 'path';
  return [
    messageField(2, [messageField(isPath ? 4 : 3, isPath ? pathParameter(from) : queryParameter(from))]),
  ];
}

const bodyParameter = (from: Json): Message => [
  ...stringField(2, from.name as string),
  ...stringField(3, 'body'),
  ...boolField(4, from.required as boolean),
  messageField(5, schema(from.schema as Json)),
];

const commonParameter = (from: Json): Message => [
  ...boolField(1, from.required as boolean),
  ...stringField(2, from.in as string),
  ...stringField(3, from.description as string),
  ...stringField(4, from.name as string),
];

const pathParameter = (from: Json): Message => [
  ...commonParameter(from),
  ...stringField(5, from.type as string),
  ...boolField(19, from.uniqueItems as boolean),
];

const queryParameter = (from: Json): Message => [
  ...commonParameter(from),
  ...stringField(6, from.type as string),
  ...boolField(20, from.uniqueItems as boolean),
];

function schema(from: Json): Message {
  const { additionalProperties, items, properties } = from as Record<string, Json | undefined>;
  return [
    ...stringField(1, from.$ref as string),
    ...stringField(2, from.format as string),
    ...stringField(4, from.description as string),
    ...strings(19, from.required),
    ...((from.enum as unknown[] | undefined) ?? []).map((value) => messageField(20, any(value))),
    ...(additionalProperties ? [messageField(21, [messageField(1, schema(additionalProperties))])] : []),
    ...(from.type ? [messageField(22, [...stringField(1, from.type as string)])] : []),
    ...(items ? [messageField(23, [messageField(1, schema(items))])] : []),
    ...(properties ? [messageField(25, named(1, properties, schema))] : []),
    ...extensions(31, from),
  ];
}
