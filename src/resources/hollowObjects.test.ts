import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStatusError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/object.ts';
import { type Definition, definitionOf, type FieldSchema } from '../apimachinery/schema/schema.ts';
import { resourceFor } from './allResources.ts';
import type { Resource } from './resource.ts';

// Decoding fills in what Go would, but parts of this process write without it: these modules meet objects that lack anything at all.

const DEEPEST = 6;

/** Objects of the right types in which any field may be missing, any list empty and any text the empty one. */
const anObject = (definition: Definition, depth: number): fc.Arbitrary<object> =>
  fc.record(
    Object.fromEntries(
      [...definition.fields]
        .filter(([, { type }]) => depth > 0 || (type !== 'object' && type !== 'array' && type !== 'map'))
        .map(([name, schema]) => [name, aValue(schema, depth - 1)]),
    ),
    { requiredKeys: [] },
  );

function aValue({ type, ref, items }: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return ref ? anObject(ref, depth) : fc.constant({});
    case 'array':
      return fc.array(aValue(items!, depth), { maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.constantFrom('a', '', '__proto__', 'constructor'), aValue(items!, depth), {
        maxKeys: 2,
      });
    case 'integer':
    case 'number':
      return fc.constantFrom(-1, 0, 1, 2 ** 31 - 1);
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constantFrom('', 'a', '1', 'Always', '*/2 * * * *', '5%', '2026-01-01T00:00:00Z');
  }
}

const aCandidate = ({ group, version, kind }: Resource): fc.Arbitrary<KubernetesObject> =>
  anObject(definitionOf(group, version, kind)!, DEEPEST).map((object) => ({
    ...object,
    metadata: { name: 'x', namespace: 'default', ...(object as Partial<KubernetesObject>).metadata },
  }));

/** What the server does with a new object and then with a change of it. */
function takeIn(resource: Resource, object: KubernetesObject, next: KubernetesObject): void {
  resource.setDefaults?.(object);
  resource.prepareCreate?.(object);
  resource.validate(object);
  resource.warnings?.(object, undefined);
  resource.setDefaults?.(next);
  resource.prepareUpdate?.(next, object);
  resource.validateUpdate(next, object);
  resource.prepareStatusUpdate?.(next, object);
  resource.validateStatusUpdate?.(next, object);
  const { approval } = resource.subresources ?? {};
  approval?.prepareUpdate(next, object, 0);
  approval?.validateUpdate(next, object);
  for (const { cell } of resource.columns) cell(object, 0);
  for (const get of Object.values(resource.selectableFields ?? {})) get(object);
}

/** An amount that is none is refused as what cannot be decoded, whoever comes upon it first. */
function butForQuantities(take: () => void): void {
  try {
    take();
  } catch (error) {
    if (!isStatusError(error, 'BadRequest')) throw error;
  }
}

const PLAIN_KINDS = [
  [
    '',
    'configmaps endpoints events limitranges namespaces nodes resourcequotas secrets serviceaccounts services',
  ],
  ['certificates.k8s.io', 'certificatesigningrequests'],
  ['coordination.k8s.io', 'leases'],
  ['discovery.k8s.io', 'endpointslices'],
  ['rbac.authorization.k8s.io', 'clusterrolebindings clusterroles rolebindings roles'],
  ['scheduling.k8s.io', 'priorityclasses'],
] as const;
const plainResources = PLAIN_KINDS.flatMap(([group, plurals]) =>
  plurals.split(' ').map((plural) => resourceFor(group, 'v1', plural)!.resource),
);

test.each(plainResources)('no $kind, whatever it lacks, makes its module throw', (resource) => {
  fc.assert(
    fc.property(aCandidate(resource), aCandidate(resource), (object, next) => {
      expect(() => butForQuantities(() => takeIn(resource, object, next))).not.toThrow();
    }),
  );
});
