import { expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import type { Request } from '../../library/link.ts';
import { Chance } from '../plan/chance.ts';
import { FaultyRequests, type Trouble } from './faultyRequests.ts';

const list: Request = { verb: 'list', plural: 'pods' };
const create: Request = { verb: 'create', plural: 'pods' };
const patch: Request = { verb: 'patch', plural: 'pods' };

const inTrouble = (kind: Trouble['kind']) => {
  const requests = new FaultyRequests();
  const end = requests.begin({ kind, share: 1, chance: new Chance(new SeededRandom(1)) });
  return { requests, end };
};

test('a refused write never reaches the server; reading goes on', () => {
  const { requests } = inTrouble('refuse');
  expect(() => requests.before(create)).toThrow('overloaded');
  expect(() => requests.before(list)).not.toThrow();
});

test('what changes an object can conflict, what makes one cannot', () => {
  const { requests } = inTrouble('conflict');
  expect(() => requests.before(patch)).toThrow('modified');
  expect(() => requests.before(create)).not.toThrow();
});

test('an answer that is lost was a write that was done', () => {
  const { requests } = inTrouble('loseAnswers');
  expect(() => requests.before(create)).not.toThrow();
  expect(() => requests.after(create)).toThrow('lost');
});

test('trouble ends', () => {
  const { requests, end } = inTrouble('refuse');
  end();
  expect(() => requests.before(create)).not.toThrow();
});

test('the last of so many writes is told of, once', () => {
  const requests = new FaultyRequests();
  let told = 0;
  requests.countDown(2, () => told++);
  for (const request of [create, list, patch, create]) requests.after(request);
  expect(told).toBe(1);
});
