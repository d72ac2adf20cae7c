import { describe, expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import { limitRanger } from '../../apiserver/admission/limitRanger.ts';
import { QuotaAdmission } from '../../apiserver/admission/resourceQuota.ts';
import { startRegistry } from '../../apiserver/testing/registry.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts';
import { LimitRanges, Pods, ResourceQuotas } from '../kinds.ts';

const ref = { name: 'web', namespace: 'default' };
const container = (resources: ResourceRequirements, rest: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'nginx',
  resources,
  ...rest,
});
const BURSTABLE = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } };
const GUARANTEED = { limits: { cpu: '100m', memory: '64Mi' } };

async function withPod(spec: Partial<PodSpec>, status: Pod['status'] = {}, metadata: Pod['metadata'] = {}) {
  let registry: Awaited<ReturnType<typeof startRegistry>>['registry'] | undefined;
  const started = await startRegistry([limitRanger(() => registry!), new QuotaAdmission(() => registry!)]);
  registry = started.registry;
  const containers = [container(BURSTABLE)];
  await started.client.create(Pods, { metadata: { ...ref, ...metadata }, spec: { containers, ...spec } });
  const body = { status };
  await started.client.patch(Pods, ref, { type: 'merge', body }, { subresource: 'status' });
  return started.client;
}

type Client = Awaited<ReturnType<typeof withPod>>;
const resize = (client: Client, spec: object) =>
  client.patch(Pods, ref, { type: 'strategic', body: { spec } }, { subresource: 'resize' });
const resizeMain = (client: Client, resources: object) =>
  resize(client, { containers: [{ name: 'main', resources }] });
const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'accepted',
    (error) => (isStatusError(error) ? error.message.replace(/^Pod "web" is invalid: /, '') : String(error)),
  );

test('a resize changes the amounts and the generation', async () => {
  const client = await withPod({});
  const { spec, metadata } = await resizeMain(client, { requests: { cpu: '0.15' } });
  expect(metadata.generation).toBe(2);
  expect(spec.containers[0]).toMatchObject({
    image: 'nginx',
    resources: { ...BURSTABLE, requests: { cpu: '150m', memory: '64Mi' } },
  });
});

test('a resize leaves aside all else that was sent, and counts nothing when nothing changes', async () => {
  const client = await withPod({});
  const { spec, metadata, status } = await resize(client, {
    activeDeadlineSeconds: 5,
    containers: [{ name: 'main', image: 'other' }],
  });
  expect(spec).not.toHaveProperty('activeDeadlineSeconds');
  expect([spec.containers[0]!.image, metadata.generation, status?.phase]).toEqual(['nginx', 1, 'Pending']);
});

test('the pod itself does not take what only a resize may change', async () => {
  const client = await withPod({});
  const body = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '1m' } } }] } };
  expect(await refusal(client.patch(Pods, ref, { type: 'strategic', body }))).toContain(
    'spec: Forbidden: pod updates may not change fields other than',
  );
});

describe('a resize is refused', () => {
  const sidecar = (resources: ResourceRequirements): Container =>
    container(resources, { name: 'side', restartPolicy: 'Always' });
  const cases: Record<
    string,
    { spec?: Partial<PodSpec>; status?: Pod['status']; metadata?: Pod['metadata']; to: object; want: string }
  > = {
    'that would make another class of a pod': {
      to: { containers: [{ name: 'main', resources: { requests: BURSTABLE.limits } }] },
      want: 'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    },
    'that would give a pod without any': {
      spec: { containers: [container({})] },
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '1' } } }] },
      want: 'spec: Invalid value: "BestEffort": Pod QOS Class may not change as a result of resizing',
    },
    'that takes a request away': {
      spec: { containers: [container({ requests: { cpu: '1', memory: '1Gi' } })] },
      to: { containers: [{ name: 'main', resources: { requests: { memory: null } } }] },
      want: 'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    },
    'that changes how it is done': {
      to: {
        containers: [
          { name: 'main', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
        ],
      },
      want: 'spec: Forbidden: only cpu and memory resources are mutable',
    },
    'that takes a limit away': {
      to: { containers: [{ name: 'main', resources: { limits: { memory: null } } }] },
      want: 'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    },
    'that asks for more than the limit': {
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '1' } } }] },
      want: 'spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 200m',
    },
    'of anything but processors and memory': {
      to: { containers: [{ name: 'main', resources: { requests: { 'ephemeral-storage': '1Gi' } } }] },
      want: 'spec: Forbidden: only cpu and memory resources are mutable',
    },
    'of a sidecar’s other resources': {
      spec: { initContainers: [sidecar(BURSTABLE)] },
      to: { initContainers: [{ name: 'side', resources: { requests: { 'ephemeral-storage': '1Gi' } } }] },
      want: 'spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable',
    },
    'that adds a container': {
      to: { containers: [{ name: 'more', image: 'nginx' }] },
      want: 'spec.containers: Forbidden: containers may not be added or removed on resize',
    },
    'of a static pod': {
      metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      spec: { nodeName: 'n1' },
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '150m' } } }] },
      want: 'Forbidden: static pods cannot be resized',
    },
    'of a pod for Windows': {
      spec: { os: { name: 'windows' } },
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '150m' } } }] },
      want: 'Forbidden: windows pods cannot be resized',
    },
    'of a pod with resources of its own': {
      spec: { resources: { requests: { cpu: '1' } } },
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '150m' } } }] },
      want: 'Forbidden: pods with pod-level resources cannot be resized',
    },
    'on a node that does not tell what containers have': {
      status: {
        containerStatuses: [
          { name: 'main', image: 'x', imageID: '', ready: true, restartCount: 0, state: { running: {} } },
        ],
      },
      to: { containers: [{ name: 'main', resources: { requests: { cpu: '150m' } } }] },
      want: 'spec: Forbidden: Pod running on node without support for resize',
    },
  };
  for (const [name, { spec = {}, status, metadata, to, want }] of Object.entries(cases)) {
    test(name, async () => {
      const client = await withPod(spec, status, metadata);
      expect(await refusal(resize(client, to))).toContain(want);
    });
  }

  test('that changes the order of containers', async () => {
    const client = await withPod({
      containers: [container(BURSTABLE), container(BURSTABLE, { name: 'other' })],
    });
    const stored = await client.get(Pods, ref);
    const spec = { ...stored.spec, containers: stored.spec.containers.toReversed() };
    const attempt = client.update(Pods, { ...stored, spec }, { subresource: 'resize' });
    expect(await refusal(attempt)).toContain(
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    );
  });
});

test('an init container and a sidecar are resized too', async () => {
  const client = await withPod({
    initContainers: [
      container(BURSTABLE, { name: 'setup' }),
      container(BURSTABLE, { name: 'side', restartPolicy: 'Always' }),
    ],
  });
  const resources = { requests: { cpu: '50m' } };
  const { spec } = await resize(client, {
    initContainers: [
      { name: 'setup', resources },
      { name: 'side', resources },
    ],
  });
  expect(spec.initContainers?.map(({ resources }) => resources?.requests?.cpu)).toEqual(['50m', '50m']);
});

test('a guaranteed pod keeps its class when requests and limits go together', async () => {
  const client = await withPod({ containers: [container(GUARANTEED)] });
  const amounts = { cpu: '200m', memory: '64Mi' };
  expect(await refusal(resizeMain(client, { requests: amounts, limits: amounts }))).toBe('accepted');
});

test('a quota bounds what a pod is resized to', async () => {
  const client = await withPod({});
  const metadata = { name: 'q', namespace: 'default' };
  await client.create(ResourceQuotas, { metadata, spec: { hard: { 'requests.cpu': '120m' } } });
  expect(await refusal(resizeMain(client, { requests: { cpu: '150m' } }))).toBe(
    'pods "web" is forbidden: exceeded quota: q, requested: requests.cpu=50m, used: requests.cpu=100m, limited: requests.cpu=120m',
  );
  expect(await refusal(resizeMain(client, { requests: { cpu: '120m' } }))).toBe('accepted');
});

test('so do the limits of a namespace', async () => {
  const client = await withPod({});
  const metadata = { name: 'l', namespace: 'default' };
  const limits = [{ type: 'Container', max: { cpu: '200m' } }];
  await client.create(LimitRanges, { metadata, spec: { limits } });
  expect(await refusal(resizeMain(client, { limits: { cpu: '300m' } }))).toBe(
    'pods "web" is forbidden: maximum cpu usage per Container is 200m, but limit is 300m',
  );
});
