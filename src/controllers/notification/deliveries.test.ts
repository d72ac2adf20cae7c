import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRegistry } from '../../apiserver/testing/registry.ts';
import { EventRecorder } from '../../client/eventRecorder.ts';
import { SeededRandom } from '../../clock/random.ts';
import { VIRTUAL_EPOCH, type VirtualClock } from '../../clock/virtualClock.ts';
import type { Answer, Courier, Letter } from './courier.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery } from './notice.ts';

const ANSWERED = { kind: 'answered', status: 200 } as const;
const REFUSED = { kind: 'unreachable', problem: 'the connection was refused' } as const;

/** Notes what is posted, and answers when and as the test says. */
class TestCourier implements Courier {
  readonly posts: { readonly time: number; readonly url: string; readonly id: string }[] = [];
  readonly #clock: VirtualClock;
  underWay = 0;
  mostUnderWay = 0;
  answer: (letter: Letter, nth: number) => Answer | Promise<Answer> = () => ANSWERED;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async post(letter: Letter): Promise<Answer> {
    const { name } = JSON.parse(letter.body) as { name: string };
    this.posts.push({ time: this.#clock.elapsed() - VIRTUAL_EPOCH, url: letter.url, id: name });
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    const answer = await this.answer(letter, this.posts.length - 1);
    this.underWay--;
    return answer;
  }

  get ids(): readonly string[] {
    return this.posts.map(({ id }) => id);
  }
}

const delivery = (id: string, host = 'a.example'): Delivery => ({
  id,
  target: { url: `http://${host}/hook`, on: ['failed'] },
  notice: {
    event: 'JobFailed',
    time: '2026-01-01T00:00:00Z',
    namespace: 'default',
    kind: 'Job',
    name: id,
    uid: id,
    reason: '',
    message: '',
  },
});

let clock: VirtualClock;
let courier: TestCourier;
let deliveries: Deliveries;
let counted: string[];
beforeEach(async () => {
  const { client, clock: virtual } = await startRegistry();
  clock = virtual;
  courier = new TestCourier(clock);
  counted = [];
  const context = {
    client,
    clock,
    random: new SeededRandom(1),
    recorder: (component: string) => new EventRecorder({ client, clock, component }),
    metrics: {
      count: (name: string, labels: object) => void counted.push([name, ...Object.values(labels)].join(' ')),
      observe: () => {},
    },
  };
  deliveries = new Deliveries(context, courier);
});
afterEach(() => deliveries.stop());

const add = (...added: Delivery[]) => {
  for (const each of added) deliveries.add(each);
  return clock.settle();
};

test('what is delivered stays known until somebody has written it down', async () => {
  const ends: string[] = [];
  deliveries.onEnd(({ name }) => ends.push(name));
  await add(delivery('one'));
  expect(ends).toEqual(['one']);
  expect(deliveries.progressOf('one')?.kind).toBe('delivered');
  await add(delivery('one'));
  expect(courier.ids).toEqual(['one']);
  deliveries.forget('one');
  expect(deliveries.progressOf('one')).toBeUndefined();
  expect(clock.nextTimer()).toBeUndefined();
});

test.each([
  {
    title: 'attempts come later and later, at most five minutes apart, for a day, and are counted',
    setBackMs: 0,
  },
  { title: 'also when the hour is set back meanwhile', setBackMs: 3_600_000 },
])('$title', async ({ setBackMs }) => {
  courier.answer = () => REFUSED;
  await add(delivery('one'));
  await clock.advance(12 * 3_600_000);
  clock.set(clock.now() - setBackMs);
  await clock.advance(13 * 3_600_000);
  const times = courier.posts.map(({ time }) => time);
  const waits = times.slice(1).map((time, index) => time - times[index]!);
  for (const [index, wait] of waits.entries()) {
    const longest = Math.min(1000 * 2 ** index, 300_000);
    expect(wait).toBeGreaterThanOrEqual(longest / 2);
    expect(wait).toBeLessThanOrEqual(longest);
  }
  expect(times.at(-1)).toBeGreaterThan(24 * 3_600_000 - 300_000);
  expect(times.at(-1)).toBeLessThanOrEqual(24 * 3_600_000);
  expect(deliveries.progressOf('one')?.kind).toBe('failed');
  expect(counted.at(0)).toBe('sampan_notifications_total JobFailed retried');
  expect(counted.at(-1)).toBe('sampan_notifications_total JobFailed failed');
  expect(counted).toHaveLength(times.length);
});

test('one host gets one at a time, in order', async () => {
  const gate = Promise.withResolvers<Answer>();
  courier.answer = (_, nth) => (nth === 0 ? gate.promise : ANSWERED);
  await add(delivery('one'), delivery('two'), delivery('three'));
  expect(courier.ids).toEqual(['one']);
  gate.resolve(ANSWERED);
  await clock.settle();
  expect(courier.ids).toEqual(['one', 'two', 'three']);
  expect(courier.mostUnderWay).toBe(1);
});

test('what has to be tried again does not hold up the rest', async () => {
  courier.answer = (_, nth) => (nth === 0 ? { kind: 'answered', status: 500 } : ANSWERED);
  await add(delivery('one'), delivery('two'));
  expect(courier.ids).toEqual(['one', 'two']);
  await clock.advance(1000);
  expect(courier.ids).toEqual(['one', 'two', 'one']);
});

test('a receiver that asks for a pause gets nothing before it is over; others do', async () => {
  courier.answer = (_, nth) =>
    nth === 0 ? { kind: 'answered', status: 429, retryAfterMs: 60_000 } : ANSWERED;
  await add(delivery('one'), delivery('two'), delivery('else', 'b.example'));
  expect(courier.ids).toEqual(['one', 'else']);
  await clock.advance(59_999);
  expect(courier.ids).toHaveLength(2);
  await clock.advance(1);
  expect(courier.ids.slice(2).sort()).toEqual(['one', 'two']);
});

test('eight hosts at once, and the next as soon as one of them is done', async () => {
  const gate = Promise.withResolvers<Answer>();
  courier.answer = (_, nth) => (nth === 3 ? ANSWERED : gate.promise);
  await add(...Array.from({ length: 12 }, (_, n) => delivery(`to-${n}`, `host-${n}.example`)));
  expect(courier.mostUnderWay).toBe(8);
  expect(courier.posts).toHaveLength(9);
  gate.resolve(ANSWERED);
  await clock.settle();
  expect(courier.posts).toHaveLength(12);
});

test('a new target is used from now on, and tried anew', async () => {
  courier.answer = ({ url }) => (url.includes('a.example') ? REFUSED : ANSWERED);
  await add(delivery('one'));
  await clock.advance(3_600_000);
  const before = courier.posts.length;
  await add(delivery('one', 'b.example'));
  expect(courier.posts.slice(before).map(({ url }) => url)).toEqual(['http://b.example/hook']);
  expect(deliveries.progressOf('one')?.kind).toBe('delivered');
});

test('also when it comes while the old one is being tried', async () => {
  const gate = Promise.withResolvers<Answer>();
  courier.answer = ({ url }) => (url.includes('a.example') ? gate.promise : ANSWERED);
  await add(delivery('one'));
  await add(delivery('one', 'b.example'));
  gate.resolve({ kind: 'answered', status: 404 });
  await clock.settle();
  expect(courier.posts.map(({ url }) => url)).toEqual(['http://a.example/hook', 'http://b.example/hook']);
  expect(deliveries.progressOf('one')?.kind).toBe('delivered');
});

test('what nobody wants any more is not tried again', async () => {
  courier.answer = () => REFUSED;
  await add(delivery('one'));
  deliveries.forget('one');
  await clock.advance(3_600_000);
  expect(courier.posts).toHaveLength(1);
  expect(deliveries.progressOf('one')).toBeUndefined();
});

test('after the stop nothing is sent, and no timer is left', async () => {
  courier.answer = () => REFUSED;
  await add(delivery('one'));
  deliveries.stop();
  expect(clock.nextTimer()).toBeUndefined();
  await add(delivery('two'));
  await clock.advance(3_600_000);
  expect(courier.posts).toHaveLength(1);
});
