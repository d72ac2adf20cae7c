import { expect, test } from 'vitest';
import { definitionOf } from '../../../apimachinery/schema/schema.ts';
import {
  boolField,
  type Message,
  messageField,
  stringField,
  writeMessage,
} from '../../openapi/protobufWriter.ts';
import { parseProtobuf } from './envelope.ts';

/** An entry of the map `properties`. */
const property = (name: string, schema: Message): Message => [
  messageField(29, [...stringField(1, name), messageField(2, schema)]),
];
const ofType = (type: string, ...more: Message): Message => [...stringField(5, type), ...more];

test('a definition is read from protobuf, as typed clients send it', () => {
  const item = ofType('object', ...property('a', ofType('string', messageField(8, stringField(1, '"x"')))));
  const schema = ofType(
    'object',
    ...property('list', ofType('array', messageField(24, [messageField(1, item)]))),
    ...property('map', ofType('object', messageField(30, [messageField(2, ofType('string'))]))),
    ...property('any', boolField(38, true)),
  );
  const version = [
    ...stringField(1, 'v1'),
    ...boolField(2, true),
    ...boolField(3, true),
    messageField(4, [messageField(1, schema)]),
    messageField(5, [messageField(1, [])]),
  ];
  const spec = [
    ...stringField(1, 'example.com'),
    messageField(3, [...stringField(1, 'widgets'), ...stringField(4, 'Widget')]),
    ...stringField(4, 'Namespaced'),
    messageField(7, version),
  ];
  const typeMeta = [
    ...stringField(1, 'apiextensions.k8s.io/v1'),
    ...stringField(2, 'CustomResourceDefinition'),
  ];
  const object = [messageField(1, stringField(1, 'widgets.example.com')), messageField(2, spec)];
  const body = writeMessage([messageField(1, typeMeta), messageField(2, object)]);
  const definition = definitionOf('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition')!;
  const { value } = parseProtobuf(
    Buffer.concat([Buffer.from('k8s\0'), body]),
    'CustomResourceDefinition',
    definition,
  );
  expect(value).toEqual({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                list: {
                  type: 'array',
                  items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
                },
                map: { type: 'object', additionalProperties: { type: 'string' } },
                any: { 'x-kubernetes-preserve-unknown-fields': true },
              },
            },
          },
        },
      ],
    },
  });
});
