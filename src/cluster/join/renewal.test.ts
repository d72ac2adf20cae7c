import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import { VIRTUAL_EPOCH, VirtualClock } from '../../clock/virtualClock.ts';
import { CertificateAuthority } from '../../pki/certificateAuthority.ts';
import { keepRenewed, renewalTime } from './renewal.ts';

const DAY_MS = 86_400_000;
const random = new SeededRandom(1);
const authority = await CertificateAuthority.create(VIRTUAL_EPOCH);
const issue = async (now: number) =>
  (await authority.issue({ commonName: 'x' }, { usages: ['client auth'], now, lifeMs: 10 * DAY_MS }))
    .certificate;
/** Each begins when the one before is renewed, about. Made beforehand: signing takes real time. */
const certificates = await Promise.all([0, 8, 16, 24].map((day) => issue(VIRTUAL_EPOCH + day * DAY_MS)));

test('a certificate is renewed when 70 to 90 % of its life is over, not always at the same time', () => {
  const times = Array.from({ length: 50 }, () => renewalTime(certificates[0]!, random) - VIRTUAL_EPOCH);
  expect(Math.min(...times)).toBeGreaterThan(6.9 * DAY_MS);
  expect(Math.max(...times)).toBeLessThan(9.1 * DAY_MS);
  expect(new Set(times).size).toBeGreaterThan(40);
});

function scenario() {
  const clock = new VirtualClock();
  const renewedAt: number[] = [];
  const errors: string[] = [];
  const start = (failures = 0) =>
    keepRenewed(certificates[0]!, {
      clock,
      random,
      async renew() {
        renewedAt.push(clock.now());
        if (renewedAt.length <= failures) throw new Error('no answer');
        return certificates[renewedAt.length - failures]!;
      },
      reportError: (what) => errors.push(what),
    });
  return { clock, renewedAt, errors, start };
}

test('what was renewed is renewed in its turn, until cancelled', async () => {
  const { clock, renewedAt, start } = scenario();
  const cancel = start();
  expect(await clock.runUntil(() => renewedAt.length === 3, 40 * DAY_MS)).toBe(true);
  expect(renewedAt[2]! - renewedAt[1]!).toBeGreaterThan(5.9 * DAY_MS);
  cancel();
  await clock.advance(40 * DAY_MS);
  expect(renewedAt).toHaveLength(3);
});

test('an hour that is set back puts off the renewal, as it does the end of the certificate', async () => {
  const { clock, renewedAt, start } = scenario();
  const cancel = start();
  clock.set(clock.now() - DAY_MS);
  expect(await clock.runUntil(() => renewedAt.length === 1, 40 * DAY_MS)).toBe(true);
  expect(renewedAt[0]! - VIRTUAL_EPOCH).toBeGreaterThan(6.9 * DAY_MS);
  cancel();
});

test('a failure is told, and tried again long before the certificate ends', async () => {
  const { clock, renewedAt, errors, start } = scenario();
  const cancel = start(2);
  expect(await clock.runUntil(() => renewedAt.length === 3, 10 * DAY_MS)).toBe(true);
  expect(errors).toEqual(['renew the certificate', 'renew the certificate']);
  expect(renewedAt[2]).toBeLessThan(Date.parse(new X509Certificate(certificates[0]!).validTo));
  cancel();
});
