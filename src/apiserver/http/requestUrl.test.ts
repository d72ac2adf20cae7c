import { expect, test } from 'vitest';
import { requestUrlOf } from './requestUrl.ts';

test.each([
  ['GET', '/api/v1/pods?limit=3', '/api/v1/pods?limit=3'],
  ['GET', '/version', '/version?'],
  ['GET', '/api/v1/watch/pods', '/api/v1/pods?watch=true'],
  ['GET', '/api/v1/watch/pods/', '/api/v1/pods?watch=true'],
  [
    'GET',
    '/apis/batch/v1/watch/namespaces/a/jobs?labelSelector=x',
    '/apis/batch/v1/namespaces/a/jobs?labelSelector=x&watch=true',
  ],
  [
    'GET',
    '/api/v1/watch/namespaces/a/pods/b',
    '/api/v1/namespaces/a/pods?watch=true&fieldSelector=metadata.name%3Db',
  ],
  ['GET', '/api/v1/watch/nodes/n', '/api/v1/nodes?watch=true&fieldSelector=metadata.name%3Dn'],
  ['GET', '/api/v1/watch/namespaces/n', '/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dn'],
  [
    'GET',
    '/api/v1/watch/nodes/n?fieldSelector=spec.unschedulable%3Dtrue',
    '/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue%2Cmetadata.name%3Dn&watch=true',
  ],
  ['DELETE', '/api/v1/watch/pods', '/api/v1/watch/pods?'],
])('%s %s is a request of %s', (method, url, want) => {
  const { path, query } = requestUrlOf(method, url);
  const sorted = (text: string) => text.split('&').sort().join('&');
  expect(`${path}?${sorted(String(query))}`).toBe(`${want.split('?')[0]}?${sorted(want.split('?')[1]!)}`);
});

test('a name that is not encoded as it should be is left to who reads the path', () => {
  expect(requestUrlOf('GET', '/api/v1/watch/pods/%').path).toBe('/api/v1/pods/%');
});
