import { expect, test } from 'vitest';
import { errorMessage } from '../../apimachinery/fieldErrors.ts';
import { deepCopy } from '../../apimachinery/object.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../generated/types.ts';
import { customResourceDefinitions } from './customResourceDefinition.ts';

const version = (more: object = {}): CustomResourceDefinitionVersion => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});

function definition(spec: object = {}, metadata: object = {}): CustomResourceDefinition {
  const made: CustomResourceDefinition = {
    metadata: { name: 'widgets.example.com', ...metadata },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [version()],
      ...spec,
    },
  };
  customResourceDefinitions.setDefaults!(made);
  return made;
}
const told = (given: CustomResourceDefinition) =>
  customResourceDefinitions.validate(given).map((error) => errorMessage(error));
const withSchema = (schema: object) =>
  definition({ versions: [version({ schema: { openAPIV3Schema: schema } })] });

test('names that are left out follow from the kind', () => {
  const { spec } = definition();
  expect(spec.names).toEqual({
    plural: 'widgets',
    kind: 'Widget',
    singular: 'widget',
    listKind: 'WidgetList',
  });
  expect(spec.conversion).toEqual({ strategy: 'None' });
  expect(told(definition())).toEqual([]);
});

test('a new definition keeps itself until its objects are gone, and notes in which version they are stored', () => {
  const made = definition();
  customResourceDefinitions.prepareCreate!(made);
  expect(made.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
  expect(made.status).toEqual({ storedVersions: ['v1'] });
});

const cases: [title: string, given: CustomResourceDefinition, want: string[]][] = [
  [
    'the name says plural and group',
    definition({}, { name: 'others.example.com' }),
    ['metadata.name: Invalid value: "others.example.com": must be spec.names.plural+"."+spec.group'],
  ],
  [
    'a group has a dot',
    definition({ group: 'example' }, { name: 'widgets.example' }),
    ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
  ],
  [
    "a group of Kubernetes' own must be approved",
    definition({ group: 'x.k8s.io' }, { name: 'widgets.x.k8s.io' }),
    [
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ],
  ],
  [
    'a kind is in namespaces or not',
    definition({ scope: 'Everywhere' }),
    ['spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"'],
  ],
  [
    'one version is stored',
    definition({ versions: [version(), version({ name: 'v2' })] }),
    ['spec.versions: Invalid value: must have exactly one version marked as storage version'],
  ],
  [
    'versions have names of their own',
    definition({ versions: [version(), version({ storage: false })] }),
    ['spec.versions: Invalid value: must contain unique version names'],
  ],
  [
    'every version has a schema',
    definition({ versions: [version({ schema: undefined })] }),
    ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
  ],
  [
    'who converts is told, and what is spoken with it',
    definition({ conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v2'] } } }),
    [
      'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ],
  ],
  [
    'a webhook converts',
    definition({
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'https://127.0.0.1/' }, conversionReviewVersions: ['v1'] },
      },
    }),
    [],
  ],
  [
    'nobody is called where nothing is to be converted',
    definition({
      conversion: { strategy: 'None', webhook: { clientConfig: {}, conversionReviewVersions: ['v1'] } },
    }),
    ['webhookClientConfig', 'conversionReviewVersions'].map(
      (field) => `spec.conversion.${field}: Forbidden: should not be set when strategy is not set to Webhook`,
    ),
  ],
  [
    'columns have a type and a path',
    definition({
      versions: [version({ additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a[' }] })],
    }),
    [
      'spec.versions[0].additionalPrinterColumns[0].type: Unsupported value: "text": supported values: "boolean", "date", "integer", "number", "string"',
      'spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: ".a[": is not a valid JSON path',
    ],
  ],
  [
    'replicas are told in the spec and in the status',
    definition({
      versions: [
        version({
          subresources: { scale: { specReplicasPath: '.status.a', statusReplicasPath: '.status.b' } },
        }),
      ],
    }),
    [
      'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".status.a": should be a json path under .spec',
    ],
  ],
];
test.each(cases)('%s', (_title, given, want) => expect(told(given)).toEqual(want));

const schemas: [title: string, schema: object, want: string[]][] = [
  [
    'the root is an object',
    { type: 'string' },
    ['.type: Invalid value: "string": must be object at the root'],
  ],
  [
    'every field has a type',
    { type: 'object', properties: { a: {} } },
    ['.properties[a].type: Required value: must not be empty for specified object fields'],
  ],
  [
    'what preserves unknown fields may be anything',
    { type: 'object', properties: { a: { 'x-kubernetes-preserve-unknown-fields': true } } },
    [],
  ],
  [
    'a list has items',
    { type: 'object', properties: { a: { type: 'array' } } },
    ['.properties[a].items: Required value: must be specified'],
  ],
  [
    'conditions say nothing of the structure',
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      anyOf: [{ properties: { a: { type: 'string' } } }],
    },
    ['.anyOf[0].properties[a].type: Forbidden: must be empty to be structural'],
  ],
  [
    'conditions speak of fields that there are',
    { type: 'object', oneOf: [{ properties: { b: { pattern: 'x' } } }] },
    ['.properties[b]: Required value: because it is defined in .oneOf[0].properties[b]'],
  ],
  [
    'an int-or-string may be written out as a choice',
    {
      type: 'object',
      properties: {
        a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      },
    },
    [],
  ],
  [
    'keys of a list are required or have a default',
    {
      type: 'object',
      properties: {
        a: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', properties: { k: { type: 'string' } } },
        },
      },
    },
    [
      '.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
    ],
  ],
  [
    'a default is such as the schema takes',
    { type: 'object', properties: { a: { type: 'integer', default: 'x' } } },
    ['.properties[a].default: Invalid value: "string":  in body must be of type integer: "string"'],
  ],
  ['references lead nowhere', { type: 'object', $ref: '#/x' }, ['.$ref: Forbidden: $ref is not supported']],
  [
    'metadata are what they are',
    {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
    },
    [
      '.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ],
  ],
];
test.each(schemas)('of a schema: %s', (_title, schema, want) => {
  const field = 'spec.versions[0].schema.openAPIV3Schema';
  expect(told(withSchema(schema)).map((text) => text.replaceAll(field, ''))).toEqual(want);
});

test('what is established keeps its scope and its kind', () => {
  const stored = definition();
  stored.status = {
    conditions: [{ type: 'Established', status: 'True' }],
    storedVersions: ['v1'],
  };
  const next = deepCopy(stored);
  next.spec.scope = 'Cluster';
  next.spec.names.kind = 'Other';
  next.spec.versions = [version({ name: 'v2' })];
  expect(customResourceDefinitions.validateUpdate(next, stored).map(({ field }) => field)).toEqual([
    'spec.scope',
    'spec.names.kind',
    'status.storedVersions[0]',
  ]);
});
