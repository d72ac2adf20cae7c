import { expect, test } from 'vitest';
import type { Container, LimitRangeItem, PodSpec } from '../../generated/types.ts';
import { LimitRanges, Pods } from '../../resources/kinds.ts';
import { pod } from '../testing/registry.ts';
import { outcome, startAdmission } from './testing.ts';

const container = (resources: Container['resources'] = {}, name = 'main'): Container => ({
  name,
  image: 'alpine',
  resources,
});

async function withLimits(...limits: LimitRangeItem[]) {
  const admission = await startAdmission();
  const range = { metadata: { name: 'l', namespace: 'default' }, spec: { limits } };
  await admission.client.create(LimitRanges, range);
  return admission;
}

const ofContainers = (rest: Partial<LimitRangeItem>): LimitRangeItem => ({ type: 'Container', ...rest });
const ofPods = (rest: Partial<LimitRangeItem>): LimitRangeItem => ({ type: 'Pod', ...rest });

test('a container gets what it does not ask for, and the pod tells of it', async () => {
  const { client } = await withLimits(
    ofContainers({ default: { cpu: '500m', memory: '0.5Gi' }, defaultRequest: { cpu: '100m' } }),
  );
  const created = await client.create(
    Pods,
    pod('web', {
      containers: [container({ limits: { memory: '1Gi' } })],
      initContainers: [container({ requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1' } }, 'setup')],
    }),
  );
  expect(created.spec.containers[0]?.resources).toEqual({
    limits: { cpu: '500m', memory: '1Gi' },
    requests: { cpu: '100m', memory: '1Gi' },
  });
  expect(created.spec.initContainers?.[0]?.resources).toEqual({
    limits: { cpu: '1', memory: '512Mi' },
    requests: { cpu: '1m', memory: '1Mi' },
  });
  expect(created.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: cpu request for container main; cpu limit for container main; memory limit for init container setup',
  });
  expect(created.status?.qosClass).toBe('Burstable');
});

test('a pod that asks for everything itself is not annotated', async () => {
  const { client } = await withLimits(ofContainers({ default: { cpu: '1' } }));
  const created = await client.create(
    Pods,
    pod('web', { containers: [container({ limits: { cpu: '2' } })] }),
  );
  expect(created.metadata.annotations).toBeUndefined();
});

test('limits that are gone do not matter', async () => {
  const { client } = await startAdmission();
  const spec = { limits: [ofContainers({ max: { cpu: '1' } })] };
  await client.create(LimitRanges, { metadata: { name: 'l', namespace: 'default' }, spec });
  await client.delete(LimitRanges, { name: 'l', namespace: 'default' });
  const created = await client.create(Pods, pod('web', { containers: [container()] }));
  expect(created.spec.containers[0]?.resources).toEqual({});
});

const refusals: Record<string, { limits: LimitRangeItem[]; spec: Partial<PodSpec>; want: string }> = {
  'a container that asks for more than the most': {
    limits: [ofContainers({ max: { memory: '1Gi' } })],
    spec: { containers: [container({ limits: { memory: '1.5Gi' } })] },
    want: 'maximum memory usage per Container is 1Gi, but limit is 1536Mi',
  },
  'a container that asks for less than the least': {
    limits: [ofContainers({ min: { cpu: '200m' }, max: { cpu: '800m' } })],
    spec: { containers: [container({ requests: { cpu: '100m' }, limits: { cpu: '800m' } })] },
    want: 'minimum cpu usage per Container is 200m, but request is 100m',
  },
  'a container whose limit is a larger multiple of its request': {
    limits: [ofContainers({ maxLimitRequestRatio: { memory: '2' } })],
    spec: { containers: [container({ requests: { memory: '100Mi' }, limits: { memory: '300Mi' } })] },
    want: 'memory max limit to request ratio per Container is 2, but provided ratio is 3.000000',
  },
  'a container without a request where a ratio is asked for': {
    limits: [ofContainers({ maxLimitRequestRatio: { memory: '2' } })],
    spec: { containers: [container()] },
    want: 'memory max limit to request ratio per Container is 2, but no request is specified or request is 0',
  },
  'a pod whose containers ask for too much together': {
    limits: [ofPods({ max: { cpu: '1' } })],
    spec: {
      containers: [container({ limits: { cpu: '600m' } }), container({ limits: { cpu: '600m' } }, 'b')],
    },
    want: 'maximum cpu usage per Pod is 1, but limit is 1200m',
  },
  'a pod that is to be bounded and is not': {
    limits: [ofPods({ min: { cpu: '1' }, max: { memory: '1Gi' } })],
    spec: { containers: [container()] },
    want:
      '[minimum cpu usage per Pod is 1.  No request is specified, ' +
      'maximum memory usage per Pod is 1Gi.  No limit is specified]',
  },
};
for (const [name, { limits, spec, want }] of Object.entries(refusals)) {
  test(`refused: ${name}`, async () => {
    const { client } = await withLimits(...limits);
    expect(await outcome(client.create(Pods, pod('web', spec)))).toBe(
      `403 Forbidden: pods "web" is forbidden: ${want}`,
    );
  });
}

test('a pod that is there already may be changed, whatever the limits are by now', async () => {
  const { client } = await startAdmission();
  const created = await client.create(Pods, pod('web', { containers: [container()] }));
  const spec = { limits: [ofContainers({ min: { cpu: '1' } })] };
  await client.create(LimitRanges, { metadata: { name: 'l', namespace: 'default' }, spec });
  const labelled = { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } };
  expect(await outcome(client.update(Pods, labelled))).toBe('done');
});
