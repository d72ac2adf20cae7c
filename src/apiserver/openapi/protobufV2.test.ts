import { expect, test } from 'vitest';
import { documentV2 } from './documentV2.ts';
import { encodeDocument } from './protobufV2.ts';
import { type Message, messages, namedMessages, readMessage, strings } from './testing/protobufReader.ts';
import { servedResources } from './testing/servedResources.ts';

const json = documentV2(servedResources, 'v1.36.0');
const document = readMessage(encodeDocument(json));

/** Every word of gnostic's Schema message, back in the form of JSON. */
function schema(message: Message): Record<string, unknown> {
  const [ref] = strings(message, 1);
  const [format] = strings(message, 2);
  const [description] = strings(message, 4);
  const required = strings(message, 19);
  const values = messages(message, 20).map((any) => JSON.parse(strings(any, 2)[0]!));
  const additional = messages(message, 21)[0];
  const [type] = messages(message, 22).flatMap((item) => strings(item, 1));
  const items = messages(message, 23)[0];
  const properties = messages(message, 25)[0];
  return {
    ...(ref && { $ref: ref }),
    ...(format && { format }),
    ...(description && { description }),
    ...(required.length > 0 && { required }),
    ...(values.length > 0 && { enum: values }),
    ...(additional && { additionalProperties: schema(messages(additional, 1)[0]!) }),
    ...(type && { type }),
    ...(items && { items: schema(messages(items, 1)[0]!) }),
    ...(properties && { properties: mapped(namedMessages(properties, 1), schema) }),
    ...extensions(message, 31),
  };
}

const mapped = <T>(entries: [string, Message][], read: (message: Message) => T) =>
  Object.fromEntries(entries.map(([name, value]) => [name, read(value)]));

const extensions = (message: Message, number: number) =>
  mapped(namedMessages(message, number), (any) => JSON.parse(strings(any, 2)[0]!));

test('the definitions come back from the protobuf as they are in the JSON', () => {
  expect(mapped(namedMessages(messages(document, 9)[0]!, 1), schema)).toEqual(json.definitions);
});

test('the document says its version', () => {
  expect(strings(document, 1)).toEqual(['2.0']);
  expect(strings(messages(document, 2)[0]!, 2)).toEqual(['v1.36.0']);
});

test('every path is there, and a patch names its kind and its parameters', () => {
  const paths = new Map(namedMessages(messages(document, 8)[0]!, 2));
  expect([...paths.keys()]).toEqual(Object.keys(json.paths as object));
  const patch = messages(paths.get('/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}')!, 8)[0]!;
  expect(extensions(patch, 13)).toEqual({
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'DaemonSet' },
  });
  const query = messages(patch, 8)
    .flatMap((item) => messages(item, 1))
    .flatMap((parameter) => messages(parameter, 2))
    .flatMap((nonBody) => messages(nonBody, 3));
  expect(query.map((parameter) => strings(parameter, 4)[0])).toEqual(
    expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation', 'force']),
  );
});
