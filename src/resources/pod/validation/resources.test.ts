import { expect, test } from 'vitest';
import type { Container, PodSpec, ResourceRequirements } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { container, pod } from '../testing.ts';

const check = (spec: Partial<PodSpec>) => problems(validatePod(pod(spec)));
const template = { name: 'r', resourceClaimTemplateName: 't' };

const containers: Record<string, { given: ResourceRequirements; spec?: Partial<PodSpec>; want?: string[] }> =
  {
    'a device is whole, and all of its limit': {
      given: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1500m' } },
      want: [
        'limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
        'requests: Invalid value: "1": must be equal to example.com/gpu limit of 1500m',
      ],
    },
    'a device has a limit': {
      given: { requests: { 'example.com/gpu': '1' } },
      want: ['limits: Required value: Limit must be set for non overcommitable resources'],
    },
    'a name that every object knows has no limit': {
      given: { requests: { toString: '1' } as Record<string, string>, limits: { cpu: '1' } },
      want: [
        'requests[toString]: Invalid value: "toString": must be a standard resource type or fully qualified',
        'requests[toString]: Invalid value: "toString": must be a standard resource for containers',
      ],
    },
    'a name of a quota is none of a resource': {
      given: { requests: { 'requests.example.com/gpu': '1' } },
      want: [
        'requests[requests.example.com/gpu]: Invalid value: "requests.example.com/gpu": doesn\'t follow extended resource name standard',
        'limits: Required value: Limit must be set for non overcommitable resources',
      ],
    },
    'huge pages are whole, all of their limit, and come with other memory': {
      given: { requests: { 'hugepages-2Mi': '3Mi' }, limits: { 'hugepages-2Mi': '4Mi' } },
      want: [
        'requests: Invalid value: "3Mi": must be equal to hugepages-2Mi limit of 4Mi',
        'requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
        ': Forbidden: HugePages require cpu or memory',
      ],
    },
    'claims are of the pod': {
      given: { claims: [{ name: '' }, { name: 'r' }, { name: 's' }] },
      spec: { resourceClaims: [template] },
      want: [
        'claims[0]: Required value',
        'claims[2]: Not found: "s": must be one of the names in pod.spec.resourceClaims: r',
      ],
    },
    'a claim is used once, whole or in part': {
      given: {
        claims: [
          { name: 'r', request: 'a' },
          { name: 'r', request: 'a' },
          { name: 'r', request: 'B' },
          { name: 'r' },
          { name: 'r', request: 'C' },
        ],
      },
      spec: { resourceClaims: [template] },
      want: [
        'claims[1]: Duplicate value: "r/a"',
        "claims[2].request: Invalid value: \"B\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
        'claims[3]: Duplicate value: "r"',
        'claims[3]: Duplicate value: "r"',
        'claims[4]: Duplicate value: "r"',
      ],
    },
  };
test.each(Object.entries(containers))('of a container: %s', (_, { given, spec, want = [] }) => {
  expect(check({ containers: [container({ resources: given })], ...spec })).toEqual(
    want.map((line) => `spec.containers[0].resources${line.startsWith(':') ? '' : '.'}${line}`),
  );
});

const pods: Record<string, { given: Partial<PodSpec>; want?: string[] }> = {
  'what it does not ask for itself may be asked for by its containers': {
    given: {
      resources: { requests: { cpu: '1' } },
      containers: [container({ resources: { requests: { memory: '1Gi' } } })],
    },
  },
  'it has no claims, and names are checked all the same': {
    given: { resources: { claims: [{ name: 'r' }] } },
    want: [
      'resources.claims: Forbidden: claims may not be set for Resources at pod-level',
      'resources.claims[0]: Not found: "r": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
  },
  'it has CPU, memory and huge pages, nothing else': {
    given: { resources: { requests: { 'example.com/gpu': '1', 'ephemeral-storage': '1' } } },
    want: [
      'resources.requests[example.com/gpu]: Unsupported value: "example.com/gpu": supported values: "cpu", "hugepages-", "memory"',
      'resources.limits: Required value: Limit must be set for non overcommitable resources',
      'resources.requests[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
    ],
  },
  'its containers together have no more huge pages, and each no more than all': {
    given: {
      resources: { limits: { cpu: '1', 'hugepages-2Mi': '2Mi' } },
      containers: ['c', 'd'].map((name) =>
        container({
          name,
          resources: { limits: { cpu: '2', 'hugepages-2Mi': '2Mi' }, requests: { cpu: '100m' } },
        }),
      ),
    },
    want: [
      'resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
      'resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
      'resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
      'resources.containers[1][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
    ],
  },
  'on Windows it has none': {
    given: { os: { name: 'windows' }, resources: { limits: { disks: '1' } } },
    want: ['resources: Forbidden: may not be set for a windows pod'],
  },
};
test.each(Object.entries(pods))('of a pod: %s', (_, { given, want = [] }) => {
  expect(check(given)).toEqual(want.map((line) => `spec.${line}`));
});

const policies: Record<string, { given: Partial<Container>; spec?: Partial<PodSpec>; want: string[] }> = {
  'only CPU and memory are resized, each in one way': {
    given: {
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'cpu', restartPolicy: 'Never' },
        { resourceName: 'disk', restartPolicy: '' },
      ],
    },
    want: [
      'resizePolicy[1]: Duplicate value: "cpu"',
      'resizePolicy: Unsupported value: "Never": supported values: "NotRequired", "RestartContainer"',
      'resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
      'resizePolicy: Required value',
    ],
  },
  'what never restarts does not for a resize': {
    given: { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
    spec: { restartPolicy: 'Never' },
    want: [
      "resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
    ],
  },
};
test.each(Object.entries(policies))('of resizing: %s', (_, { given, spec, want }) => {
  expect(check({ containers: [container(given)], ...spec })).toEqual(
    want.map((line) => `spec.containers[0].${line}`),
  );
});

test('an init container that ends is not restarted for a resize, a sidecar may be', () => {
  const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
  const initContainers = [
    container({ name: 'i', resizePolicy }),
    container({ name: 's', restartPolicy: 'Always', resizePolicy }),
  ];
  expect(check({ initContainers })).toEqual([
    'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
  ]);
});

test('what a claim is called and where it comes from', () => {
  const resourceClaims = [
    { name: 'r' },
    { name: 'r', resourceClaimName: '', resourceClaimTemplateName: 't' },
  ];
  const [neither, twice, both, unnamed] = check({ resourceClaims });
  expect(neither).toBe(
    'spec.resourceClaims[0]: Invalid value: {"Name":"r","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
  );
  expect(twice).toBe('spec.resourceClaims[1].name: Duplicate value: "r"');
  expect(both).toBe(
    'spec.resourceClaims[1]: Invalid value: {"Name":"r","ResourceClaimName":"","ResourceClaimTemplateName":"t"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
  );
  expect(unnamed).toContain(
    'spec.resourceClaims[1].resourceClaimName: Invalid value: "": a lowercase RFC 1123',
  );
});

test('a static pod has no claims', () => {
  const metadata = { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } };
  const mirror = pod({ nodeName: 'n', resourceClaims: [template] }, { metadata });
  expect(problems(validatePod(mirror))).toEqual([
    '[]: Forbidden: static pods do not support resource claims',
  ]);
});
