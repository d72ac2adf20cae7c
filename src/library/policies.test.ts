import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Jobs } from '../resources/kinds.ts';
import { createCluster } from './createCluster.ts';

const documentation = readFileSync(join(import.meta.dirname, '../../docs/admission.md'), 'utf8');
/** The manifests of docs/admission.md: what is written there works. */
const manifests = [...documentation.matchAll(/```yaml\n(apiVersion:[\s\S]*?)```/g)].map(
  ([, manifest]) => manifest!,
);

const job = (name: string, spec: string) => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  ${spec}
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: main, image: example/report, command: [sleep, "60"] }]
`;

test('jobs stay within limits, and say when they go', async () => {
  await using cluster = await createCluster();
  const [limits = '', standards = ''] = manifests;
  await cluster.apply(limits);
  await expect(cluster.apply(job('wide', 'parallelism: 5'))).rejects.toThrow(
    "ValidatingAdmissionPolicy 'job-limits' with binding 'job-limits' denied request: at most 3 at once",
  );
  await expect(cluster.apply(job('silent', 'parallelism: 3'))).rejects.toThrow('jobs must say when they go');

  await cluster.apply(standards);
  await cluster.apply(job('narrow', 'parallelism: 3'));
  const { spec } = await cluster.client.get(Jobs, { namespace: 'default', name: 'narrow' });
  expect(spec?.ttlSecondsAfterFinished).toBe(3600);
});

const kind = (plural: string, name: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: ${plural}, kind: ${name} }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer }
                color: { type: string }
`;

const widgets =
  '{ resourceRules: [{ apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [widgets] }] }';

test('custom kinds are judged and filled in, with parameters of a custom kind', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(kind('widgets', 'Widget'));
  await cluster.apply(kind('limits', 'Limit'));
  await cluster.apply(`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: { name: sizes }
    spec:
      paramKind: { apiVersion: example.com/v1, kind: Limit }
      matchConstraints: ${widgets}
      validations: [{ expression: object.spec.size <= params.spec.size && object.spec.color == 'red' }]
  `);
  await cluster.apply(`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: { name: sizes }
    spec:
      policyName: sizes
      validationActions: [Deny]
      paramRef: { name: small, parameterNotFoundAction: Deny }
  `);
  await cluster.apply(`
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingAdmissionPolicy
    metadata: { name: colors }
    spec:
      matchConstraints: ${widgets}
      reinvocationPolicy: Never
      mutations:
        - patchType: ApplyConfiguration
          applyConfiguration: { expression: "Object{spec: Object.spec{color: 'red'}}" }
  `);
  await cluster.apply(`
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingAdmissionPolicyBinding
    metadata: { name: colors }
    spec: { policyName: colors }
  `);
  await cluster.apply(`
    apiVersion: example.com/v1
    kind: Limit
    metadata: { name: small }
    spec: { size: 3 }
  `);
  const widget = (size: number) => `
    apiVersion: example.com/v1
    kind: Widget
    metadata: { name: w${size} }
    spec: { size: ${size} }
  `;
  await expect(cluster.apply(widget(4))).rejects.toThrow("ValidatingAdmissionPolicy 'sizes'");
  await cluster.apply(widget(3));
});
