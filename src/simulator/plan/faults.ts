import type { Chance } from './chance.ts';
import type { Fault, Whom } from './plan.ts';

const seconds = (chance: Chance, least: number, most: number) => chance.between(least, most) * 1000;

/** Something that goes wrong with the controllers, the store, or one of these nodes. */
export function aFault(nodes: readonly string[], chance: Chance): Fault {
  const node = chance.oneOf(nodes);
  const whom: Whom = chance.may(0.6) ? 'controllers' : { node };
  const lastsMs = seconds(chance, 5, 120);
  const share = chance.oneOf([0.1, 0.3, 0.6]);
  return chance.weighted<() => Fault>([
    [3, () => ({ kind: 'crashNode', node, lastsMs: seconds(chance, 5, 150) })],
    [3, () => ({ kind: 'cut', whom: chance.may(0.7) ? { node } : 'controllers', lastsMs })],
    [3, () => aSlowLink(whom, lastsMs, chance)],
    [2, () => ({ kind: 'endWatches', whom, expired: chance.may(0.5) })],
    [3, () => ({ kind: 'refuse', whom, share, lastsMs })],
    [3, () => ({ kind: 'conflict', whom, share, lastsMs })],
    [4, () => ({ kind: 'loseAnswers', whom, share, lastsMs })],
    [4, () => aCrash(chance)],
    [2, () => aTroubledStore(chance)],
    [1, () => ({ kind: 'compact' })],
    [5, () => aJump(chance)],
  ])();
}

const aSlowLink = (whom: Whom, lastsMs: number, chance: Chance): Fault => ({
  kind: 'slow',
  whom,
  delayMs: chance.oneOf([0, 0, 50, 500, 2000]),
  newsDelayMs: chance.oneOf([20, 300, 2000, 8000]),
  lastsMs,
});

const aCrash = (chance: Chance): Fault => ({
  kind: 'crashControllers',
  afterWrites: chance.between(1, 30),
  backAfterMs: seconds(chance, 15, 60),
});

const aTroubledStore = (chance: Chance): Fault => ({
  kind: 'troubleStore',
  errorShare: chance.oneOf([0, 0.1, 0.4]),
  delayMs: chance.oneOf([0, 20, 1500]),
  lastsMs: seconds(chance, 5, 60),
});

/** Rather back than forward: that is what stalls whoever measures with the hour. */
const aJump = (chance: Chance): Fault => ({
  kind: 'jumpClock',
  byMs: chance.oneOf([-600_000, -120_000, -120_000, -30_000, -5_000, -1_000, 1_000, 45_000, 300_000]),
});
