import { expect, test } from 'vitest';
import type { FieldError } from '../../apimachinery/fieldErrors.ts';
import type { PodTemplateSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { problems } from '../testing/problems.ts';
import { withTemplateDefaults } from './templateDefaults.ts';
import { checkPodTemplate } from './templateValidation.ts';

const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/c';
const long = 'l'.repeat(64);

function found({ metadata = {}, spec }: { metadata?: object; spec?: object }): string[] {
  const errors: FieldError[] = [];
  const template = { metadata, spec: { containers: [container()], ...spec } } as PodTemplateSpec;
  checkPodTemplate(errors, 'spec.template', withTemplateDefaults(template));
  return problems(errors);
}

const seccomp = (seccompProfile: object) => ({
  containers: [container({ securityContext: { seccompProfile } as never })],
});

const cases: Record<string, { metadata?: object; spec?: object; want: string[] }> = {
  'paths of labels and annotations leave metadata out': {
    metadata: { labels: { app: long }, annotations: { 'a b': '' } },
    want: [
      `spec.template.labels: Invalid value: "${long}": must be no more than 63 bytes`,
      expect.stringMatching(/^spec.template.annotations: Invalid value: "a b": name part must consist of/),
    ],
  },
  'an annotation and a field may say the same': {
    metadata: { annotations: { [SECCOMP]: 'localhost/p.json' } },
    spec: seccomp({ type: 'Localhost', localhostProfile: 'p.json' }),
    want: [],
  },
  'but not different types': {
    metadata: { annotations: { [SECCOMP]: 'unconfined' } },
    spec: seccomp({ type: 'RuntimeDefault' }),
    want: [
      'spec.template.spec.containers[0].securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match',
    ],
  },
  'nor different files': {
    metadata: { annotations: { [SECCOMP]: 'localhost/q.json' } },
    spec: seccomp({ type: 'Localhost', localhostProfile: 'p.json' }),
    want: [
      'spec.template.spec.containers[0].securityContext.seccompProfile.localhostProfile: Forbidden: seccomp profile in annotation and field must match',
    ],
  },
};
for (const [name, { want, ...template }] of Object.entries(cases)) {
  test(name, () => expect(found(template)).toEqual(want));
}

test('errors of a spec come in upstream’s order', () => {
  const spec = {
    priorityClassName: 'A',
    hostAliases: [{ ip: 'x' }],
    tolerations: [{ operator: 'Never', key: 'k' }],
    hostname: 'A',
    activeDeadlineSeconds: 0,
    serviceAccountName: 'A',
    topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 't', whenUnsatisfiable: 'DoNotSchedule' }],
    readinessGates: [{ conditionType: '' }],
    dnsConfig: { nameservers: ['x'] },
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    securityContext: { runAsUser: -1 },
    nodeSelector: { disk: '-' },
    dnsPolicy: 'Never',
    restartPolicy: 'Sometimes',
    preemptionPolicy: 'Sometimes',
    overhead: { cpu: '-1' },
  };
  const fields = found({ spec }).map((text) => /^spec\.template\.spec\.(\w+)/.exec(text)?.[1]);
  expect([...new Set(fields)]).toEqual([
    'restartPolicy',
    'dnsPolicy',
    'nodeSelector',
    'securityContext',
    'affinity',
    'dnsConfig',
    'readinessGates',
    'topologySpreadConstraints',
    'serviceAccountName',
    'activeDeadlineSeconds',
    'hostname',
    'tolerations',
    'hostAliases',
    'priorityClassName',
    'preemptionPolicy',
    'overhead',
  ]);
});

const windows = (hostProcess?: boolean) => ({ securityContext: { windowsOptions: { hostProcess } } });
const hostProcesses: Record<string, { spec: object; want: string[] }> = {
  'processes of the host are in its network': {
    spec: { containers: [container(windows(true) as never)] },
    want: [
      'spec.template.spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
    ],
  },
  'all of a pod are or none, and as the pod says': {
    spec: {
      ...windows(true),
      hostNetwork: true,
      containers: [container(), container({ ...windows(false), name: 'd' } as never)],
    },
    want: [
      'spec.template.spec.containers[1].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
      'spec.template.spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
    ],
  },
};
for (const [name, { spec, want }] of Object.entries(hostProcesses)) {
  test(name, () => expect(found({ spec })).toEqual(want));
}
