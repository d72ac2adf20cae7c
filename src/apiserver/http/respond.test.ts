import { expect, test } from 'vitest';
import { notFound } from '../../apimachinery/errors.ts';
import { Pods } from '../../resources/kinds.ts';
import { StoreFullError, StoreUnavailableError } from '../../store/store.ts';
import { errorResponse } from './respond.ts';

test.each([
  [notFound(Pods, 'a'), 404, 'pods "a" not found'],
  [
    new StoreFullError('Cannot write to "/x/store.db": the disk is full'),
    500,
    "Internal error occurred: the disk of the cluster's store is full",
  ],
  [
    new StoreUnavailableError('Cannot write to "/x/store.db": disk I/O error'),
    500,
    "Internal error occurred: the cluster's store cannot be written to",
  ],
  [
    new TypeError('x is undefined'),
    500,
    'Internal error occurred: the server could not complete the request',
  ],
])('%s is answered in words that are for everybody', (error, code, message) => {
  const { status, body } = errorResponse(error);
  expect(JSON.parse(String(body))).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
  expect(status).toBe(code);
});
