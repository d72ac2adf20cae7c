import { expect, test } from 'vitest';
import { fuzzRequests } from './requests.ts';

const requests = fuzzRequests(1, 3000);

test('a seed always makes the same requests', () => {
  expect(fuzzRequests(1, 50)).toEqual(requests.slice(0, 50));
  expect(fuzzRequests(2, 50)).not.toEqual(requests.slice(0, 50));
});

test('every request can be sent', () => {
  for (const { path, headers } of requests) {
    expect(path).toMatch(/^\/[\x21-\x7e]*$/);
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
  }
});

test('every verb and every type of patch is tried', () => {
  const tried = new Set(requests.map(({ method }) => method));
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    expect(tried).toContain(method);
  const types = new Set(requests.map(({ headers }) => headers['content-type']));
  for (const kind of [
    'json-patch+json',
    'merge-patch+json',
    'strategic-merge-patch+json',
    'apply-patch+yaml',
  ]) {
    expect(types).toContain(`application/${kind}`);
  }
});

test('bodies are right often enough to be stored, and wrong in many ways', () => {
  const texts = requests.map(({ body }) => body).filter((body) => typeof body === 'string');
  const all = texts.join('\n');
  expect(texts.some((text) => text.includes('"kind":"CronJob"'))).toBe(true);
  for (const part of ['__proto__', '1e400', '[[[[', '\\u0000', '$patch']) expect(all).toContain(part);
  expect(requests.some(({ body }) => body instanceof Uint8Array)).toBe(true);
  expect(requests.some(({ isStream }) => isStream)).toBe(true);
});
