import { expect, test } from 'vitest';
import { jobs } from '../../../resources/job/job.ts';
import { namespaces } from '../../../resources/namespace.ts';
import type { AdmissionRequest } from '../admission.ts';
import { CelRequest } from './celRequest.ts';
import { MatchConditions } from './matchConditions.ts';

const job = (spec: object) => ({ metadata: { name: 'a', namespace: 'default' }, spec });

const request: AdmissionRequest = {
  operation: 'UPDATE',
  resource: jobs,
  namespace: 'default',
  name: 'a',
  object: job({ parallelism: 5 }),
  stored: job({ parallelism: 3 }),
  user: { name: 'jane', groups: ['dev'], extra: { team: ['a', 'b'] } },
  dryRun: true,
  options: { dryRun: ['All'] },
};

/** May create jobs in `default`, and see `/healthz`; the account `bot` may do anything. */
const authorizer = {
  authorize: (
    { name }: { name: string },
    {
      verb,
      path,
      resource,
    }: { verb: string; path?: string; resource?: { plural: string; namespace: string } },
  ) => ({
    isAllowed:
      name === 'system:serviceaccount:default:bot' ||
      path === '/healthz' ||
      (verb === 'create' && resource?.plural === 'jobs' && resource.namespace === 'default'),
    reason: `asked to ${verb}`,
  }),
};

const outcome = (expressions: string[], failurePolicy = 'Fail', of: Partial<AdmissionRequest> = {}) => {
  const conditions = expressions.map((expression, index) => ({ name: `c${index}`, expression }));
  const variables = new CelRequest({ ...request, ...of }, authorizer as never);
  return new MatchConditions(conditions, failurePolicy).match(variables);
};

const isTrue: Record<string, string> = {
  'the object is there': 'object.spec.parallelism == 5',
  'the object has its kind': 'object.kind == "Job" && object.apiVersion == "batch/v1"',
  'what was there before is there': 'object.spec.parallelism > oldObject.spec.parallelism',
  'a field that is missing is not there': '!has(object.spec.completions)',
  'the operation is told': 'request.operation == "UPDATE"',
  'the kind is told':
    'request.kind.kind == "Job" && request.kind.group == "batch" && request.kind.version == "v1"',
  'the resource is told':
    'request.resource.resource == "jobs" && request.requestResource == request.resource',
  'who asks is told': 'request.userInfo.username == "jane" && "dev" in request.userInfo.groups',
  'what else is known of the user is told': 'request.userInfo.extra["team"] == ["a", "b"]',
  'whether it is a trial is told': 'request.dryRun && request.options.dryRun == ["All"]',
  'where it is, is told': 'request.namespace == "default" && request.name == "a"',
  'a subresource is missing where there is none': '!has(request.subResource)',
  'there is no namespace in conditions': 'namespaceObject == null',
  'the authorizer knows resources':
    'authorizer.group("batch").resource("jobs").namespace("default").check("create").allowed()',
  'the authorizer denies': '!authorizer.group("").resource("pods").check("create").allowed()',
  'the authorizer knows paths': 'authorizer.path("/healthz").check("get").allowed()',
  'the authorizer gives reasons':
    'authorizer.path("/healthz").check("get").reason() == "asked to get" && !authorizer.path("/a").check("get").errored()',
  'the authorizer knows what the request is about': 'authorizer.requestResource.check("create").allowed()',
  'the authorizer answers for a service account':
    'authorizer.serviceAccount("default", "bot").group("").resource("pods").check("delete").allowed()',
};
for (const [name, expression] of Object.entries(isTrue)) {
  test(name, () => expect(outcome([expression])).toEqual({ kind: 'matches' }));
}

test('nothing to ask matches', () => expect(outcome([])).toEqual({ kind: 'matches' }));

test('one false condition skips, even when another fails', () =>
  expect(outcome(['object.spec.nothing == 1', 'false'])).toEqual({ kind: 'skipped', condition: 'c1' }));

test('a failure is an error', () =>
  expect(outcome(['true', 'object.spec.nothing == 1'])).toEqual({
    kind: 'error',
    message: "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing",
  }));

test('two failures are told together', () =>
  expect(outcome(['object.a == 1', 'object.b == 1'])).toEqual({
    kind: 'error',
    message:
      "[expression 'object.a == 1' resulted in error: no such key: a, expression 'object.b == 1' resulted in error: no such key: b]",
  }));

test('a failure is ignored where that is the policy', () =>
  expect(outcome(['object.spec.nothing == 1'], 'Ignore')).toEqual({ kind: 'skipped' }));

test('of a deletion there is only what was before', () => {
  const deletion = { operation: 'DELETE', object: undefined } as Partial<AdmissionRequest>;
  expect(outcome(['object == null && oldObject.spec.parallelism == 3'], 'Fail', deletion)).toEqual({
    kind: 'matches',
  });
});

test('a namespace is in itself', () => {
  const of = {
    resource: namespaces,
    namespace: undefined,
    name: 'mine',
    object: { metadata: { name: 'mine' } },
  };
  expect(outcome(['request.namespace == "mine"'], 'Fail', of)).toEqual({ kind: 'matches' });
});

test('what does not end in time is ended', () => {
  const object = job({ many: Array.from({ length: 1000 }, (_, index) => index) });
  const expression =
    'object.spec.many.all(a, object.spec.many.all(b, object.spec.many.all(c, a + b + c >= 0)))';
  expect(outcome([expression], 'Fail', { object })).toEqual({
    kind: 'error',
    message: `expression '${expression}' resulted in error: operation cancelled: actual cost limit exceeded`,
  });
  expect(outcome([`${expression} || true`, 'true', 'true'], 'Ignore', { object })).toEqual({
    kind: 'skipped',
  });
});

test('conditions share a budget', () => {
  const object = job({ many: Array.from({ length: 300 }, (_, index) => index) });
  const dear = 'object.spec.many.all(a, object.spec.many.all(b, a + b >= 0))';
  expect(outcome([dear, dear, dear, dear, dear, dear], 'Fail', { object })).toEqual({
    kind: 'error',
    message: 'validation failed due to running out of cost budget, no further validation rules will be run',
  });
});

test.each([
  ['object.spec', 'must evaluate to bool but got dyn'],
  ['"text"', 'must evaluate to bool but got string'],
  [
    'params.x',
    "compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x\n | ^",
  ],
  [
    'request.nothing',
    "compilation failed: ERROR: <input>:1:8: undefined field 'nothing'\n | request.nothing\n | .......^",
  ],
])('%s cannot be a condition', (expression, issue) => {
  expect(outcome([expression])).toEqual({ kind: 'error', message: `compilation error: ${issue}` });
});
