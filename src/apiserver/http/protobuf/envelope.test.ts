import { expect, test } from 'vitest';
import { additions } from '../../../../scripts/generate/facts/additions.ts';
import { decodeObject } from '../../../apimachinery/schema/decode.ts';
import { type Definition, definitionNamed } from '../../../apimachinery/schema/schema.ts';
import { parseProtobuf } from './envelope.ts';
import { fieldNumbersOf } from './fieldNumbers/fieldNumbers.ts';

const CONFIG_MAP = 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEh8KFQoFcHJvYmUSABoAIgAqADIAOABCABIGCgFhEgFiGgAiAA==';

/** What kubectl 1.35.2 sends. */
const bodies: Record<string, { definition: string; sent: string; want: object }> = {
  'create configmap probe --from-literal=a=b': {
    definition: 'io.k8s.api.core.v1.ConfigMap',
    sent: CONFIG_MAP,
    want: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe' }, data: { a: 'b' } },
  },
  'create deployment d --image=nginx --replicas=2 --port=80': {
    definition: 'io.k8s.api.apps.v1.Deployment',
    sent: 'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErABChsKAWQSABoAIgAqADIAOABCAFoICgNhcHASAWQSggEIAhIKCggKA2FwcBIBZBpqChoKABIAGgAiACoAMgA4AEIAWggKA2FwcBIBZBJMEi4KBW5naW54EgVuZ2lueCoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA',
    want: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', labels: { app: 'd' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'd' } },
        strategy: {},
        template: {
          metadata: { labels: { app: 'd' } },
          spec: {
            containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }],
          },
        },
      },
      status: {},
    },
  },
  'create token default --duration=1h': {
    definition: 'io.k8s.api.authentication.v1.TokenRequest',
    sent: 'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMgkBwaBAoAEgAaACIA',
    want: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: { expirationSeconds: 3600 },
      status: { token: '' },
    },
  },
  'create poddisruptionbudget p --selector=a=b --min-available=50%': {
    definition: 'io.k8s.api.policy.v1.PodDisruptionBudget',
    sent: 'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSNgoRCgFwEgAaACIAKgAyADgAQgASFQoJCAEQABoDNTAlEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=',
    want: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'p' },
      spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    },
  },
  'create quota q --hard=cpu=1,pods=2': {
    definition: 'io.k8s.api.core.v1.ResourceQuota',
    sent: 'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIwChEKAXESABoAIgAqADIAOABCABIZCgoKA2NwdRIDCgExCgsKBHBvZHMSAwoBMhoAGgAiAA==',
    want: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard: { cpu: '1', pods: '2' } },
      status: {},
    },
  },
};

for (const [command, { definition: name, sent, want }] of Object.entries(bodies)) {
  test(`kubectl ${command}`, () => {
    const definition = definitionNamed(name)!;
    const { value } = parseProtobuf(Buffer.from(sent, 'base64'), 'Object', definition);
    expect(decodeObject(definition, value, { fieldValidation: 'Strict' }).object).toEqual(want);
  });
}

const unreadable: Record<string, Uint8Array> = {
  'no magic number': Buffer.from('{"kind":"ConfigMap"}'),
  'a length beyond the end': Buffer.from('k8s\0\x12\x7f', 'latin1'),
  'a number that never ends': Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(20, 0xff)]),
  'a group, which nobody uses': Buffer.from('k8s\0\x0b', 'latin1'),
};
for (const [name, bytes] of Object.entries(unreadable)) {
  test(`${name} is refused with 400`, () => {
    const definition = definitionNamed('io.k8s.api.core.v1.ConfigMap')!;
    expect(() => parseProtobuf(bytes, 'ConfigMap', definition)).toThrow(
      /^the object provided is unrecognized \(must be of type ConfigMap\)/,
    );
  });
}

test('a body that is cut anywhere is refused or read, and nothing else happens', () => {
  const definition = definitionNamed('io.k8s.api.core.v1.ConfigMap')!;
  const whole = Buffer.from(CONFIG_MAP, 'base64');
  for (let length = 0; length < whole.length; length++) {
    try {
      parseProtobuf(whole.subarray(0, length), 'ConfigMap', definition);
    } catch (error) {
      expect(error).toMatchObject({ code: 400 });
    }
  }
});

/** Fields that are in an object's JSON, but not in its message; and one that came after the numbers were noted. */
const WITHOUT_NUMBER = new Set([
  ...['apiVersion', 'kind', 'resources'],
  // Those that sampan adds: who speaks protobuf does not know them.
  ...Object.values(additions).flatMap((fields) => fields.map(({ name }) => name)),
]);

test('every field of a served kind has a number', () => {
  const missing: string[] = [];
  const seen = new Set<Definition>();
  const visit = (definition: Definition) => {
    if (seen.has(definition)) return;
    seen.add(definition);
    const names = new Set(fieldNumbersOf(definition.name).values());
    const hasInlined = [...names].some((name) => name.startsWith('...'));
    for (const [name, schema] of definition.fields) {
      if (!names.has(name) && !hasInlined && !WITHOUT_NUMBER.has(name))
        missing.push(`${definition.name}.${name}`);
      const inner = schema.ref ?? schema.items?.ref ?? schema.items?.items?.ref;
      if (inner) visit(inner);
    }
  };
  for (const { definition } of Object.values(bodies)) visit(definitionNamed(definition)!);
  for (const kind of [
    'core.v1.Pod',
    'core.v1.Node',
    'batch.v1.CronJob',
    'apps.v1.DaemonSet',
    'batch.v1beta1.CronJob',
  ]) {
    visit(definitionNamed(`io.k8s.api.${kind}`)!);
  }
  expect(missing).toEqual([]);
});
