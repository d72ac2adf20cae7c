import { expect, test } from 'vitest';
import { errorMessage } from '../../apimachinery/fieldErrors.ts';
import type { MutatingWebhook, RuleWithOperations } from '../../generated/types.ts';
import { cellsOf } from '../testing/cells.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from './webhookConfiguration.ts';

const rule: RuleWithOperations = {
  operations: ['CREATE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
};
const webhook = (rest: Partial<MutatingWebhook> = {}): MutatingWebhook => ({
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:8443/hook' },
  rules: [rule],
  ...rest,
});
const configured = (...webhooks: MutatingWebhook[]) => ({ metadata: { name: 'a' }, webhooks });

test('what is not said is as upstream has it', () => {
  const service = { namespace: 'default', name: 'hook' };
  const configuration = configured(webhook({ clientConfig: { service } }));
  mutatingWebhookConfigurations.setDefaults?.(configuration);
  expect(configuration.webhooks[0]).toEqual({
    ...webhook(),
    clientConfig: { service: { ...service, port: 443 } },
    rules: [{ ...rule, scope: '*' }],
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    reinvocationPolicy: 'Never',
  });
});

test('only mutating webhooks are invoked again', () => {
  const configuration = configured(webhook());
  validatingWebhookConfigurations.setDefaults?.(configuration);
  expect(configuration.webhooks[0]).not.toHaveProperty('reinvocationPolicy');
});

test('another webhook is another generation', () => {
  const stored = { ...configured(webhook()), metadata: { name: 'a', generation: 2 } };
  const next = { ...configured(webhook({ timeoutSeconds: 3 })), metadata: { name: 'a' } };
  mutatingWebhookConfigurations.prepareUpdate?.(next, stored);
  expect(next.metadata).toEqual({ name: 'a', generation: 3 });
});

test('the table counts them', () => {
  expect(cellsOf(mutatingWebhookConfigurations, configured(webhook(), webhook()))).toMatchObject({
    Name: 'a',
    Webhooks: 2,
  });
});

const HTTPS = '; desired format: https://host[/path]';
const withRule = (rest: Partial<RuleWithOperations>) => webhook({ rules: [{ ...rule, ...rest }] });
const atService = (rest: object) =>
  webhook({ clientConfig: { service: { name: 'hook', namespace: 'default', port: 443, ...rest } } });
const at = (url: string) => webhook({ clientConfig: { url } });

const cases: Record<string, { given: MutatingWebhook[]; want: string[] }> = {
  'a webhook that is right': { given: [webhook()], want: [] },
  'a name needs three parts': {
    given: [webhook({ name: 'example.com' })],
    want: [
      'name: Invalid value: "example.com": should be a domain with at least three segments separated by dots',
    ],
  },
  'a name is needed': { given: [webhook({ name: '' })], want: ['name: Required value'] },
  'side effects are told': {
    given: [webhook({ sideEffects: 'Some' })],
    want: ['sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  },
  'a version of the review must be known': {
    given: [webhook({ admissionReviewVersions: ['v2'] })],
    want: ['admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1'],
  },
  'a webhook waits for half a minute at most': {
    given: [webhook({ timeoutSeconds: 31 })],
    want: ['timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
  },
  'policies are known ones': {
    given: [webhook({ failurePolicy: 'Never', matchPolicy: 'Any', reinvocationPolicy: 'Always' })],
    want: [
      'failurePolicy: Unsupported value: "Never": supported values: "Fail", "Ignore"',
      'matchPolicy: Unsupported value: "Any": supported values: "Equivalent", "Exact"',
      'reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
    ],
  },
  'a place is needed': {
    given: [webhook({ clientConfig: {} })],
    want: ['clientConfig: Required value: exactly one of url or service is required'],
  },
  'a URL is one of HTTPS': {
    given: [at('http://127.0.0.1')],
    want: [`clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme${HTTPS}`],
  },
  'a URL has a host, and nothing but a path': {
    given: [at('https:///a?b=c#d')],
    want: [
      `clientConfig.url: Invalid value: "": host must be provided${HTTPS}`,
      'clientConfig.url: Invalid value: "d": fragments are not permitted in the URL',
      'clientConfig.url: Invalid value: "b=c": query parameters are not permitted in the URL',
    ],
  },
  "a service's path begins with a slash, and has names between slashes": {
    given: [atService({ path: '/a//B' })],
    want: [
      'clientConfig.service.path: Invalid value: "/a//B": segment[1] may not be empty',
      expect.stringContaining('clientConfig.service.path: Invalid value: "/a//B": segment[2]: a lowercase'),
    ],
  },
  "a service's port is a port": {
    given: [atService({ port: 0 })],
    want: [
      'clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
    ],
  },
  'operations are known ones': {
    given: [withRule({ operations: ['READ'] })],
    want: [
      'rules[0].operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
    ],
  },
  'a star stands alone': {
    given: [withRule({ operations: ['*', 'CREATE'], apiGroups: ['*', 'apps'], resources: ['*', 'pods'] })],
    want: [
      'rules[0].operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not specify other operations',
      'rules[0].apiGroups: Invalid value: ["*","apps"]: if \'*\' is present, must not specify other API groups',
      'rules[0].resources: Invalid value: ["*","pods"]: if \'*\' is present, must not specify other resources without subresources',
    ],
  },
  'a rule says something of everything': {
    given: [webhook({ rules: [{}] })],
    want: ['operations', 'apiGroups', 'apiVersions', 'resources'].map(
      (field) => `rules[0].${field}: Required value`,
    ),
  },
  'subresources are named once': {
    given: [withRule({ resources: ['pods/*', 'pods/status'] })],
    want: [
      'rules[0].resources[1]: Invalid value: "pods/status": if \'pods/*\' is present, must not specify pods/status',
    ],
  },
  'a selector is right': {
    given: [webhook({ objectSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } })],
    want: [
      "objectSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
  },
  'a condition has a name and an expression': {
    given: [webhook({ matchConditions: [{ name: 'a b', expression: ' ' }] })],
    want: [
      'matchConditions[0].expression: Required value',
      expect.stringContaining('matchConditions[0].name: Invalid value: "a b"'),
    ],
  },
};

for (const [name, { given, want }] of Object.entries(cases)) {
  test(name, () => {
    const errors = mutatingWebhookConfigurations.validate(configured(...given));
    expect(errors.map((error) => errorMessage(error).replace('webhooks[0].', ''))).toEqual(want);
  });
}

test('two webhooks do not share a name', () => {
  const errors = mutatingWebhookConfigurations.validate(configured(webhook(), webhook()));
  expect(errors.map((error) => errorMessage(error))).toEqual([
    'webhooks[1].name: Duplicate value: "a.example.com"',
  ]);
});
