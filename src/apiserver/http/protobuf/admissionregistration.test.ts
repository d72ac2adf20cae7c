import { expect, test } from 'vitest';
import { definitionOf } from '../../../apimachinery/schema/schema.ts';
import { type Message, messageField, stringField, writeMessage } from '../../openapi/protobufWriter.ts';
import { parseProtobuf } from './envelope.ts';

test('a configuration of webhooks is read from protobuf, its rules with what they inherit', () => {
  const rule: Message = [
    ...stringField(1, 'apps'),
    ...stringField(2, 'v1'),
    ...stringField(3, 'deployments'),
    ...stringField(4, '*'),
  ];
  const service = [...stringField(1, 'default'), ...stringField(2, 'hook'), ...stringField(3, '/mutate')];
  const webhook: Message = [
    ...stringField(1, 'a.example.com'),
    messageField(2, [messageField(1, service)]),
    messageField(3, [...stringField(1, 'CREATE'), messageField(2, rule)]),
    ...stringField(4, 'Ignore'),
    ...stringField(6, 'None'),
    ...stringField(8, 'v1'),
    ...stringField(9, 'Exact'),
    ...stringField(10, 'IfNeeded'),
    messageField(12, [...stringField(1, 'c'), ...stringField(2, 'true')]),
  ];
  const typeMeta = [
    ...stringField(1, 'admissionregistration.k8s.io/v1'),
    ...stringField(2, 'MutatingWebhookConfiguration'),
  ];
  const definition = definitionOf('admissionregistration.k8s.io', 'v1', 'MutatingWebhookConfiguration')!;
  const object = [messageField(1, stringField(1, 'a')), messageField(2, webhook)];
  const body = writeMessage([messageField(1, typeMeta), messageField(2, object)]);
  const bytes = Buffer.concat([Buffer.from('k8s\0'), body]);
  const { value } = parseProtobuf(bytes, 'MutatingWebhookConfiguration', definition);
  expect(value).toMatchObject({
    metadata: { name: 'a' },
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { service: { namespace: 'default', name: 'hook', path: '/mutate' } },
        rules: [
          {
            operations: ['CREATE'],
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            resources: ['deployments'],
            scope: '*',
          },
        ],
        failurePolicy: 'Ignore',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchPolicy: 'Exact',
        reinvocationPolicy: 'IfNeeded',
        matchConditions: [{ name: 'c', expression: 'true' }],
      },
    ],
  });
});
