import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Node } from '../../generated/types.ts';
import { aNode } from '../testing/builders.ts';
import { Zones } from './zones.ts';

/** `a+` is a node of zone a that is ready, `a-` one that is lost. */
const nodeOf = (text: string, name: string): Node =>
  aNode(name, {
    ready: text.endsWith('+') ? 'True' : 'Unknown',
    labels: { 'topology.kubernetes.io/zone': text.slice(0, -1) },
  });
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);

function zonesOf(texts: readonly string[], clock = new VirtualClock()): Zones {
  const zones = new Zones(clock);
  for (const [index, text] of texts.entries()) zones.note(`n${index}`, nodeOf(text, `n${index}`));
  return zones;
}

const cases: Record<string, { nodes: string[]; want: string }> = {
  'one of many is lost': { nodes: ['a-', ...times(3, 'a+')], want: 'inTurn' },
  'two of three are lost: too few to blame the network': { nodes: ['a-', 'a-', 'a+'], want: 'inTurn' },
  'most of a small zone is lost': { nodes: [...times(3, 'a-'), ...times(2, 'a+')], want: 'paused' },
  'half of it is': { nodes: [...times(3, 'a-'), ...times(3, 'a+')], want: 'inTurn' },
  'most of a large zone is lost': { nodes: [...times(30, 'a-'), ...times(21, 'a+')], want: 'inTurn' },
  'a whole zone is lost, and another is not': { nodes: [...times(3, 'a-'), 'b+'], want: 'inTurn' },
  'most of another zone is lost': {
    nodes: ['a-', 'a+', ...times(3, 'b-'), 'b+'],
    want: 'inTurn',
  },
  'all are lost': { nodes: ['a-', 'a-', 'b-'], want: 'stopped' },
  'the only one is lost': { nodes: ['a-'], want: 'stopped' },
};
for (const [name, { nodes, want }] of Object.entries(cases)) {
  test(`${name}: ${want}`, () => {
    expect(zonesOf(nodes).emptyingOf(nodeOf('a-', 'n0')).kind).toBe(want);
  });
}

test('after one turn the next comes ten seconds later, in a large zone that is mostly lost a hundred', async () => {
  for (const [nodes, seconds] of [
    [['a-', 'a-', 'a+'], 10],
    [[...times(30, 'a-'), ...times(21, 'a+')], 100],
  ] as const) {
    const clock = new VirtualClock();
    const zones = zonesOf(nodes, clock);
    expect(zones.emptyingOf(nodeOf('a-', 'n0'))).toEqual({ kind: 'inTurn', from: clock.now() });
    const giveBack = zones.takeTurn(nodeOf('a-', 'n0'));
    await clock.advance(2_000);
    const from = clock.now() + (seconds - 2) * 1000;
    expect(zones.emptyingOf(nodeOf('a-', 'n1'))).toEqual({ kind: 'inTurn', from });
    giveBack();
    expect(zones.emptyingOf(nodeOf('a-', 'n1'))).toEqual({ kind: 'inTurn', from: clock.now() });
  }
});

test('it tells when what may be done with other nodes changes', () => {
  const zones = zonesOf(['a+', 'a+', 'b+']);
  expect(zones.note('n0', nodeOf('a+', 'n0'))).toBe(false);
  expect(zones.note('n0', nodeOf('a-', 'n0'))).toBe(false);
  expect(zones.note('n1', nodeOf('a-', 'n1'))).toBe(true);
  expect(zones.note('n1', undefined)).toBe(false);
  expect(zones.note('n0', nodeOf('a+', 'n0'))).toBe(true);
});

test('a node that is labelled so does not count', () => {
  const excluded = aNode('n1', { labels: { 'node.kubernetes.io/exclude-disruption': '' } });
  const zones = new Zones(new VirtualClock());
  zones.note('n0', aNode('n0', { ready: 'Unknown' }));
  expect(zones.note('n1', excluded)).toBe(false);
  expect(zones.emptyingOf(excluded).kind).toBe('stopped');
});
