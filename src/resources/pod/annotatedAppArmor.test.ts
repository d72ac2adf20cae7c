import { expect, test } from 'vitest';
import type { AppArmorProfile, PodSpec } from '../../generated/types.ts';
import { pods } from './pod.ts';
import { container, pod } from './testing.ts';

const key = 'container.apparmor.security.beta.kubernetes.io/c';
const advice = `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`;

function created(annotation: string, spec: Partial<PodSpec> = {}) {
  const result = pod(spec, { metadata: { name: 'p', annotations: { [key]: annotation } } });
  const warnings: string[] = [];
  pods.prepareCreate!(result, (text) => warnings.push(text));
  return { warnings: [...warnings, ...pods.warnings!(result, undefined)], spec: result.spec };
}

interface Case {
  given: string;
  spec?: Partial<PodSpec>;
  want?: AppArmorProfile;
  warns?: boolean;
}
const runtimeDefault = { type: 'RuntimeDefault' };
const ofPod = (appArmorProfile: AppArmorProfile) => ({ securityContext: { appArmorProfile } });

const cases: Record<string, Case> = {
  'no confinement': { given: 'unconfined', want: { type: 'Unconfined' } },
  'that of the runtime': { given: 'runtime/default', want: runtimeDefault },
  'one of the node': { given: 'localhost/a/b', want: { type: 'Localhost', localhostProfile: 'a/b' } },
  'one without a name': { given: 'localhost/' },
  'one with a name that is too long': { given: `localhost/${'a'.repeat(4096)}` },
  'one that there is not': { given: 'none' },
  'another than that of the pod': {
    given: 'unconfined',
    spec: ofPod(runtimeDefault),
    want: { type: 'Unconfined' },
  },
  'that of the pod': { given: 'runtime/default', spec: ofPod(runtimeDefault), warns: false },
  'one of the node that is not that of the pod': {
    given: 'localhost/a',
    spec: ofPod({ type: 'Localhost', localhostProfile: 'b' }),
    want: { type: 'Localhost', localhostProfile: 'a' },
  },
  'a field of the container': {
    given: 'unconfined',
    spec: { containers: [container(ofPod(runtimeDefault))] },
    want: runtimeDefault,
    warns: false,
  },
  'a pod of Windows': { given: 'unconfined', spec: { os: { name: 'windows' } }, warns: false },
};

test.each(Object.entries(cases))('AppArmor by annotation: %s', (_, { given, spec: fields, want, warns }) => {
  const { spec, warnings } = created(given, fields);
  expect(spec.containers[0]!.securityContext?.appArmorProfile).toEqual(want);
  expect(warnings).toEqual(warns === false ? [] : [advice]);
});

test('what else a container says of its security stays', () => {
  const containers = [container({ securityContext: { runAsUser: 1 } })];
  expect(created('unconfined', { containers }).spec.containers[0]!.securityContext).toEqual({
    runAsUser: 1,
    appArmorProfile: { type: 'Unconfined' },
  });
});
