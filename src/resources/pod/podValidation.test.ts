import { expect, test } from 'vitest';
import type { Container, PodSpec } from '../../generated/types.ts';
import { problems } from '../testing/problems.ts';
import { validatePod } from './podValidation.ts';
import { container, pod } from './testing.ts';

const validProbe = { httpGet: { port: 80 } };

const right: Record<string, Partial<PodSpec>> = {
  'a bare pod': {},
  'a pod with everything that is usual': {
    nodeSelector: { zone: 'a' },
    tolerations: [{ operator: 'Exists' }, { key: 'k', effect: 'NoExecute', tolerationSeconds: 5 }],
    volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: 'a/b' }] } }],
    initContainers: [container({ name: 'sidecar', restartPolicy: 'Always', livenessProbe: validProbe })],
    containers: [
      container({
        volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a' }],
        env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
        ports: [{ name: 'http', containerPort: 80 }],
        resources: { requests: { cpu: '1', 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } },
        readinessProbe: { tcpSocket: { port: 'http' } },
        lifecycle: { preStop: { sleep: { seconds: 0 } } },
        securityContext: { runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } },
      }),
    ],
  },
  'restart rules with a policy': {
    containers: [
      container({
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      }),
    ],
  },
  'a relative search domain with an underscore': { dnsConfig: { searches: ['_a.example.com.', '.'] } },
};
test.each(Object.entries(right))('%s is right', (_, spec) =>
  expect(problems(validatePod(pod(spec)))).toEqual([]),
);

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const wrongSpecs: Record<string, [Partial<PodSpec>, ...want: string[]]> = {
  'no containers': [{ containers: [] }, 'spec.containers: Required value'],
  'two containers of one name': [
    { containers: [container(), container()] },
    'spec.containers[1].name: Duplicate value: "c"',
  ],
  'a restart policy that is none': [
    { restartPolicy: 'Sometimes' },
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ],
  'a deadline in the past': [
    { activeDeadlineSeconds: 0 },
    'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
  ],
  'an init container with a probe': [
    { initContainers: [container({ name: 'i', livenessProbe: validProbe })] },
    'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  'two volumes of one name': [
    { volumes: [{ name: 'v' }, { name: 'v' }] },
    'spec.volumes[1].name: Duplicate value: "v"',
  ],
  'a volume of two types': [
    { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] },
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ],
  'a path upwards out of a volume': [
    { volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: '../etc' }] } }] },
    'spec.volumes[0].configMap.items[0].path: Invalid value: "../etc": must not contain \'..\'',
  ],
  'a token without a service account': [
    { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
    'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
  ],
  'a toleration of every key without Exists': [
    { tolerations: [{ effect: 'NoSchedule' }] },
    'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  'a toleration for a time of what does not evict': [
    { tolerations: [{ key: 'k', effect: 'NoSchedule', tolerationSeconds: 1 }] },
    'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ],
  'an affinity without terms': [
    {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    },
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
  ],
  'a spread without a key': [
    { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Never' }] },
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than 0',
    'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
    'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
  ],
  'ephemeral containers from the start': [
    { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
    'spec.ephemeralContainers: Forbidden: cannot be set on create',
  ],
  'a node in spite of a gate': [
    { nodeName: 'n', schedulingGates: [{ name: 'example.com/g' }] },
    'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
  ],
  'no nameserver at all': [
    { dnsPolicy: 'None' },
    'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
  ],
  'another port of the host in its network': [
    { hostNetwork: true, containers: [container({ ports: [{ containerPort: 80, hostPort: 81 }] })] },
    'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
  ],
  'a sysctl twice, told of where it is': [
    { securityContext: { sysctls: ['kernel.a', 'kernel.a', ''].map((name) => ({ name, value: '1' })) } },
    'spec.securityContext.sysctls[1].name: Duplicate value: "kernel.a"',
    'spec.securityContext.sysctls[2].name: Required value',
  ],
  'an address with a zone': [
    { hostAliases: [{ ip: 'fe80::1%eth0' }] },
    'spec.hostAliases[0].ip: Invalid value: "fe80::1%eth0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  'a sysctl of the network in that of the host': [
    { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } },
    'spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when \'hostNetwork\' is true',
  ],
  'an unknown operating system': [
    { os: { name: 'plan9' } },
    'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
  ],
  'more for its containers than for the pod': [
    {
      resources: { requests: { cpu: '1' } },
      containers: [container({ resources: { requests: { cpu: '2' } } })],
    },
    'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
  ],
};
test.each(Object.entries(wrongSpecs))('a pod may not have %s', (_, [spec, ...want]) => {
  expect(problems(validatePod(pod(spec)))).toEqual(want);
});

const wrongContainers: Record<string, [Partial<Container>, ...want: string[]]> = {
  'no name': [{ name: '' }, 'name: Required value'],
  'a name in capitals': [{ name: 'C' }, `name: Invalid value: "C": ${LABEL}`],
  'no image': [{ image: '' }, 'image: Required value'],
  'an image with a blank': [
    { image: ' nginx' },
    'image: Invalid value: " nginx": must not have leading or trailing whitespace',
  ],
  'a pull policy that is none': [
    { imagePullPolicy: 'Maybe' },
    'imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
  ],
  'a port that is none': [
    { ports: [{ containerPort: 70000 }] },
    'ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  'the same port of the host twice': [
    {
      ports: [
        { containerPort: 1, hostPort: 9 },
        { containerPort: 2, hostPort: 9 },
      ],
    },
    'ports[1].hostPort: Duplicate value: "TCP//9"',
  ],
  'a variable without a name': [{ env: [{ name: '' }] }, 'env[0].name: Required value'],
  'a variable from an unknown field': [
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.secret' } } }] },
    'env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.secret": error converting fieldPath: field label not supported: spec.secret',
  ],
  'a variable with a value and a source': [
    { env: [{ name: 'A', value: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    'env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
  ],
  'a mount of no volume': [
    { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    'volumeMounts[0].name: Not found: "v"',
  ],
  'an unknown resource': [
    { resources: { limits: { disks: '1' } } },
    'resources.limits[disks]: Invalid value: "disks": must be a standard resource type or fully qualified',
    'resources.limits[disks]: Invalid value: "disks": must be a standard resource for containers',
    'resources.requests[disks]: Invalid value: "disks": must be a standard resource type or fully qualified',
    'resources.requests[disks]: Invalid value: "disks": must be a standard resource for containers',
  ],
  'a request above its limit': [
    { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
    'resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ],
  'a negative amount': [
    { resources: { requests: { cpu: '-1' } } },
    'resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
  ],
  'a probe that does nothing': [
    { livenessProbe: {} },
    'livenessProbe: Required value: must specify a handler type',
  ],
  'a probe that does two things': [
    { livenessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } },
    'livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
  ],
  'a liveness probe that wants two successes': [
    { livenessProbe: { ...validProbe, successThreshold: 2 } },
    'livenessProbe.successThreshold: Invalid value: 2: must be 1',
  ],
  'a hook that outlasts the grace period': [
    { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
    'lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
  ],
  'a negative user': [
    { securityContext: { runAsUser: -1 } },
    'securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ],
  'restart rules without a policy': [
    { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'Equals', values: [1] } }] },
    'restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    'restartPolicyRules[0].exitCodes.operator: Unsupported value: "Equals": supported values: "In", "NotIn"',
  ],
  'Bidirectional mounts without privileges': [
    { volumeMounts: [{ name: 'here', mountPath: '/v', mountPropagation: 'Bidirectional' }] },
    'volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
  ],
};
test.each(Object.entries(wrongContainers))('a container may not have %s', (_, [fields, ...want]) => {
  const spec = { containers: [container(fields)], volumes: [{ name: 'here' }] };
  expect(problems(validatePod(pod(spec)))).toEqual(want.map((line) => `spec.containers[0].${line}`));
});

test('profiles of annotations and fields are the same in a new pod', () => {
  const created = pod({
    securityContext: { appArmorProfile: { type: 'Unconfined' }, seccompProfile: { type: 'Unconfined' } },
  });
  created.metadata.annotations = {
    'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default',
    'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
  };
  expect(problems(validatePod(created))).toEqual([
    'spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match',
    'spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match',
  ]);
});

test('annotations are looked at in the order of what they are about', () => {
  const annotations = {
    'container.apparmor.security.beta.kubernetes.io/x': 'none',
    'container.seccomp.security.alpha.kubernetes.io/c': 'localhost/../a',
    'seccomp.security.alpha.kubernetes.io/pod': 'none',
    'controller.kubernetes.io/pod-deletion-cost': '1.5',
    'kubernetes.io/config.mirror': 'x',
  };
  const annotated = pod({}, { metadata: { name: 'p', annotations } });
  expect(problems(validatePod(annotated))).toEqual(
    [
      '[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      '[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "1.5": must be a 32bit integer',
      '.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "none": must be a valid seccomp profile',
      '.container.seccomp.security.alpha.kubernetes.io/c: Invalid value: "../a": must not contain \'..\'',
      '[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "x": container not found',
      '[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "none": invalid AppArmor profile name: "none"',
    ].map((line) => `metadata.annotations${line}`),
  );
});

test('a mirror pod must say its node', () => {
  const mirror = pod({}, { metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } } });
  expect(problems(validatePod(mirror))).toEqual([
    'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
  ]);
});

test.each(['+10', '008', '', 'abc', '2147483648'])('a deletion cost may not be %j', (cost) => {
  const key = 'controller.kubernetes.io/pod-deletion-cost';
  const costly = pod({}, { metadata: { name: 'p', annotations: { [key]: cost } } });
  expect(problems(validatePod(costly))).toEqual([
    `metadata.annotations[${key}]: Invalid value: ${JSON.stringify(cost)}: must be a 32bit integer`,
  ]);
});
