import { expect, test } from 'vitest';
import { UnderWay } from './underWay.ts';

test('what is under way has ended when all of it has settled, well or not', async () => {
  const underWay = new UnderWay();
  expect(underWay.ended()).toBeUndefined();
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<never>();
  const results = Promise.allSettled([underWay.track(first.promise), underWay.track(second.promise)]);
  let hasEnded = false;
  const ended = underWay.ended()!.then(() => {
    hasEnded = true;
  });
  first.resolve('answer');
  await first.promise;
  expect(hasEnded).toBe(false);
  second.reject(new Error('refused'));
  await ended;
  expect(await results).toMatchObject([{ value: 'answer' }, { reason: { message: 'refused' } }]);
  expect(underWay.ended()).toBeUndefined();
});
