import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { PodSpec } from '../../../generated/types.ts';
import { deployments } from '../../../resources/deployment.ts';
import { Namespaces, Pods } from '../../../resources/kinds.ts';
import { namespaces } from '../../../resources/namespace.ts';
import { pods } from '../../../resources/pod/pod.ts';
import type { Resource } from '../../../resources/resource.ts';
import type { Registry } from '../../registry/registry.ts';
import { pod, startRegistry } from '../../testing/registry.ts';
import { outcome } from '../testing.ts';
import { podSecurity } from './podSecurity.ts';

const LABEL = 'pod-security.kubernetes.io/';
const privileged: Partial<PodSpec> = {
  containers: [{ name: 'main', image: 'nginx', securityContext: { privileged: true } }],
};
const WHY = 'privileged (container "main" must not set securityContext.privileged=true)';
const user = { name: 'admin', groups: ['system:masters'] };

/** A namespace `default` with these labels, and what is warned of. */
async function start(labels: Record<string, string>) {
  let registry: Registry;
  const api = await startRegistry([podSecurity(() => registry)]);
  registry = api.registry;
  const warnings: string[] = [];
  const context = { user, warn: (text: string) => warnings.push(text) };
  const create = (resource: Resource, object: KubernetesObject) =>
    outcome(registry.create({ resource, namespace: 'default' }, object, context));
  const label = async (more: Record<string, string>) => {
    const stored = await api.client.get(Namespaces, { name: 'default' });
    const object = {
      ...stored,
      metadata: { ...stored.metadata, labels: { ...stored.metadata.labels, ...more } },
    };
    const target = { resource: namespaces, namespace: undefined, name: 'default', subresource: undefined };
    return outcome(registry.update(target, object, context));
  };
  if (Object.keys(labels).length > 0) expect(await label(labels)).toBe('done');
  return { ...api, warnings, create, label };
}

const deployment = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: privileged },
  },
} as KubernetesObject;

test('without labels everything goes', async () => {
  const { create, warnings } = await start({});
  expect(await create(pods, pod('a', privileged))).toBe('done');
  expect(warnings).toEqual([]);
});

test('what is enforced is refused; what makes such pods is warned of', async () => {
  const { create, warnings } = await start({ [`${LABEL}enforce`]: 'baseline' });
  expect(await create(pods, pod('a', privileged))).toBe(
    `403 Forbidden: pods "a" is forbidden: violates PodSecurity "baseline:latest": ${WHY}`,
  );
  expect(warnings).toEqual([]);
  expect(await create(deployments, deployment)).toBe('done');
  expect(warnings).toEqual([`would violate PodSecurity "baseline:latest": ${WHY}`]);
});

test('what is warned of is let in', async () => {
  const { create, warnings } = await start({
    [`${LABEL}warn`]: 'baseline',
    [`${LABEL}warn-version`]: 'v1.30',
  });
  expect(await create(pods, pod('a', privileged))).toBe('done');
  expect(warnings).toEqual([`would violate PodSecurity "baseline:v1.30": ${WHY}`]);
});

test('of a pod that is there a new image is judged, and labels are not', async () => {
  const { client, create, label } = await start({});
  await create(pods, pod('a', privileged));
  await label({ [`${LABEL}enforce`]: 'baseline' });
  const ref = { name: 'a', namespace: 'default' };
  const patch = (body: object) => outcome(client.patch(Pods, ref, { type: 'strategic', body }));
  expect(await patch({ metadata: { labels: { a: 'b' } } })).toBe('done');
  expect(await patch({ spec: { containers: [{ name: 'main', image: 'nginx:2' }] } })).toContain(WHY);
});

test('a stricter level tells of the pods that are there', async () => {
  const { create, label, warnings } = await start({});
  for (const name of ['b', 'a']) await create(pods, pod(name, privileged));
  await create(pods, pod('c', { hostNetwork: true }));
  await label({ [`${LABEL}enforce`]: 'baseline' });
  expect(warnings).toEqual([
    'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
    'a (and 1 other pod): privileged',
    'c: host namespaces',
  ]);
  warnings.length = 0;
  await label({ [`${LABEL}enforce`]: 'privileged' });
  expect(warnings).toEqual([]);
});

test('labels that make no sense are refused', async () => {
  const { label } = await start({});
  expect(await label({ [`${LABEL}enforce`]: 'strict', [`${LABEL}warn-version`]: '1.30' })).toBe(
    `422 Invalid: Namespace "default" is invalid: [metadata.labels[${LABEL}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, ` +
      `metadata.labels[${LABEL}warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]`,
  );
});
