import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { CustomResourceDefinitions, MutatingWebhookConfigurations } from '../../resources/kinds.ts';
import { configuration, patchOf, reviewing, webhook } from '../admission/webhooks/testing/webhooks.ts';
import type { HttpResponse } from '../http/message.ts';
import { jsonOf, startServer, TestSink } from '../testing/server.ts';
import { WebhookServer } from '../webhooks/testing/webhookServer.ts';

const widgets = (version: string) => `/apis/example.com/${version}/namespaces/default/widgets`;

const properties = (fields: object) => ({
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: fields } } },
});
const count = { type: 'integer' };

/** In v1 a size is one text, in v2 two numbers. */
const definition = (webhook: object) => ({
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    conversion: { strategy: 'Webhook', webhook },
    versions: [
      { name: 'v1', served: true, storage: false, schema: properties({ size: { type: 'string' } }) },
      { name: 'v2', served: true, storage: true, schema: properties({ width: count, height: count }) },
    ],
  },
});

interface Widget {
  apiVersion: string;
  metadata: { name: string };
  spec: { size?: string; width?: number; height?: number };
}

function convert(widget: Widget, apiVersion: string): Widget {
  const { size = '', width, height } = widget.spec;
  if (apiVersion === widget.apiVersion) return widget;
  if (apiVersion.endsWith('v1')) return { ...widget, apiVersion, spec: { size: `${width}x${height}` } };
  const [w, h] = size.split('x').map(Number);
  return { ...widget, apiVersion, spec: { width: w!, height: h! } };
}

type Answer = Parameters<typeof WebhookServer.start>[0];
const converting: Answer = ({ body: { kind, apiVersion, request } }) => ({
  kind,
  apiVersion,
  response: {
    uid: request.uid,
    result: { status: 'Success' },
    convertedObjects: request.objects.map((each: Widget) => convert(each, request.desiredAPIVersion)),
  },
});

let server: WebhookServer;
let answer: Answer;
let started: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  answer = converting;
  server = await WebhookServer.start((...call) => answer(...call));
  onTestFinished(() => server[Symbol.asyncDispose]());
  started = await startServer();
  const webhook = { clientConfig: server.config('/convert'), conversionReviewVersions: ['v1'] };
  const created = await started.client.create(CustomResourceDefinitions, definition(webhook) as never);
  // What the controller does: this server has none.
  const conditions = [{ type: 'Established', status: 'True' }];
  const status = { ...created.status, acceptedNames: created.spec.names, conditions };
  await started.client.update(CustomResourceDefinitions, { ...created, status } as never, {
    subresource: 'status',
  });
});

const widget = (version: string, spec: object, name = 'one') => ({
  apiVersion: `example.com/${version}`,
  kind: 'Widget',
  metadata: { name },
  spec,
});
const send = async (method: string, version: string, path = '', body?: object, headers = {}) => {
  const response: HttpResponse = await started.send(method, widgets(version) + path, {
    ...(body && { body }),
    headers,
  });
  return jsonOf(response);
};
const MERGE = { 'content-type': 'application/merge-patch+json' };

test('an object is kept in one version, and shown in each', async () => {
  const made = await send('POST', 'v1', '', widget('v1', { size: '3x4' }));
  expect(made).toMatchObject({ apiVersion: 'example.com/v1', spec: { size: '3x4' } });
  expect(started.store.get('/example.com/widgets/default/one')?.object).toMatchObject({
    apiVersion: 'example.com/v2',
    spec: { width: 3, height: 4 },
  });
  expect(await send('GET', 'v2', '/one')).toMatchObject({
    apiVersion: 'example.com/v2',
    metadata: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion },
    spec: { width: 3, height: 4 },
  });
});

test('a webhook is asked as upstream asks it', async () => {
  await send('POST', 'v1', '', widget('v1', { size: '3x4' }));
  expect(server.received[0]).toMatchObject({
    path: '/convert?timeout=30s',
    body: {
      kind: 'ConversionReview',
      apiVersion: 'apiextensions.k8s.io/v1',
      request: {
        uid: expect.any(String),
        desiredAPIVersion: 'example.com/v2',
        objects: [{ apiVersion: 'example.com/v1', spec: { size: '3x4' } }],
      },
    },
  });
});

test('a list is converted in one go, and what was converted once is not again', async () => {
  for (const name of ['a', 'b']) await send('POST', 'v2', '', widget('v2', { width: 1, height: 2 }, name));
  expect(server.received).toEqual([]);
  const sizes = async () => (await send('GET', 'v1')).items.map(({ spec }: Widget) => spec.size);
  expect(await sizes()).toEqual(['1x2', '1x2']);
  expect(await sizes()).toEqual(['1x2', '1x2']);
  expect(server.received.map(({ body }) => body.request.objects.length)).toEqual([2]);
});

test('writes work in the version of the client', async () => {
  await send('POST', 'v2', '', widget('v2', { width: 1, height: 2 }));
  expect(await send('PATCH', 'v1', '/one', { spec: { size: '5x6' } }, MERGE)).toMatchObject({
    metadata: { generation: 2 },
    spec: { size: '5x6' },
  });
  const stored = await send('GET', 'v1', '/one');
  await send('PUT', 'v1', '/one', { ...stored, spec: { size: '7x8' } });
  expect((await send('GET', 'v2', '/one')).spec).toEqual({ width: 7, height: 8 });
  const same = await send('PUT', 'v1', '/one', await send('GET', 'v1', '/one'));
  expect(same.metadata.generation).toBe(3);
  expect(await send('DELETE', 'v1', '/one')).toMatchObject({ status: 'Success' });
});

test('a watch shows changes converted, in order', async () => {
  const { stream } = await started.send('GET', `${widgets('v1')}?watch=true`);
  const sink = new TestSink();
  onTestFinished(stream!(sink) as () => void);
  for (const name of ['a', 'b', 'c'])
    await send('POST', 'v2', '', widget('v2', { width: 1, height: 2 }, name));
  await send('DELETE', 'v2', '/a');
  await expect.poll(() => sink.events.length).toBe(4);
  const told = sink.events.map(({ type, object }) => `${type} ${object.metadata.name} ${object.spec.size}`);
  expect(told).toEqual(['ADDED a 1x2', 'ADDED b 1x2', 'ADDED c 1x2', 'DELETED a 1x2']);
});

const failures: Record<
  string,
  { response: (request: { uid: string; objects: Widget[] }) => object; want: string }
> = {
  'a failure': {
    response: ({ uid }) => ({ uid, result: { status: 'Failed', message: 'no way' } }),
    want: 'webhook for example.com/v1, Kind=Widget failed: no way',
  },
  'another question': {
    response: () => ({ uid: 'x', result: { status: 'Success' } }),
    want: 'webhook for example.com/v1, Kind=Widget failed: expected response.uid=',
  },
  'too few objects': {
    response: ({ uid }) => ({ uid, result: { status: 'Success' }, convertedObjects: [] }),
    want: 'for example.com/v1, Kind=Widget returned 0 objects, expected 1',
  },
  'the version that it was': {
    response: ({ uid, objects }) => ({ uid, result: { status: 'Success' }, convertedObjects: objects }),
    want: 'for example.com/v1, Kind=Widget returned invalid converted object at index 1: invalid groupVersion (expected example.com/v2, received example.com/v1)',
  },
};
for (const [name, { response, want }] of Object.entries(failures)) {
  test(`${name} in the answer fails the request`, async () => {
    answer = ({ body: { kind, apiVersion, request } }) => ({ kind, apiVersion, response: response(request) });
    const refused = await send('POST', 'v1', '', widget('v1', { size: '3x4' }));
    expect(refused).toMatchObject({ code: 500, reason: 'InternalError' });
    expect(refused.message).toContain(`Internal error occurred: conversion ${want}`);
    expect(started.store.get('/example.com/widgets/default/one')).toBeUndefined();
  });
}

test('clients of this process speak the version that they name', async () => {
  const { client } = started;
  const type = (version: string) =>
    ({ group: 'example.com', version, kind: 'Widget', plural: 'widgets', namespaced: true }) as const;
  const given = widget('v1', { size: '3x4' });
  const one = { name: 'one', namespace: 'default' };
  expect(await client.create(type('v1'), { ...given, metadata: one })).toMatchObject({
    spec: { size: '3x4' },
  });
  const body = { spec: { width: 5 } };
  expect(await client.patch(type('v2'), one, { type: 'merge', body })).toMatchObject({ spec: body.spec });
  expect((await client.list(type('v1'))).items).toMatchObject([{ spec: { size: '5x4' } }]);
  expect(await client.get(type('v2'), one)).toMatchObject({ spec: { width: 5, height: 4 } });
});

test('an admission webhook sees the version that it asks for, and changes that', async () => {
  await using admitting = await reviewing(({ kind, object }) => {
    expect({ kind, object }).toMatchObject({ kind: { version: 'v2' }, object: { spec: { width: 3 } } });
    return patchOf({ op: 'replace', path: '/spec/width', value: 9 });
  });
  const rules = [
    { operations: ['*'], apiGroups: ['example.com'], apiVersions: ['v2'], resources: ['widgets'] },
  ];
  const hook = webhook(admitting.config(), { rules });
  await started.client.create(MutatingWebhookConfigurations, configuration('a', hook));
  expect((await send('POST', 'v1', '', widget('v1', { size: '3x4' }))).spec).toEqual({ size: '9x4' });
});
