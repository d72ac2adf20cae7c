import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, deployment, type Loose, ownersOf } from '../../../test/support/applying.ts';
import type { Deployment } from '../../generated/types.ts';
import type { StatusError } from '../errors.ts';
import type { KubernetesObject } from '../object.ts';

const word = fc.constantFrom('a', 'b', 'c', 'constructor');
const containers = fc.uniqueArray(
  fc.record(
    {
      name: word,
      image: word,
      args: fc.array(word, { maxLength: 2 }),
      ports: fc.uniqueArray(
        fc.record(
          { containerPort: fc.integer({ min: 1, max: 3 }), name: word },
          { requiredKeys: ['containerPort'] },
        ),
        {
          selector: ({ containerPort }) => containerPort,
        },
      ),
    },
    { requiredKeys: ['name'] },
  ),
  { selector: ({ name }) => name, maxLength: 3 },
);
const configuration = fc
  .record(
    {
      replicas: fc.integer({ min: 0, max: 3 }),
      paused: fc.boolean(),
      strategy: fc.record({ type: word }, { requiredKeys: [] }),
      template: fc.record({
        spec: fc.record(
          { containers, nodeSelector: fc.dictionary(word, word, { maxKeys: 2 }) },
          { requiredKeys: [] },
        ),
      }),
    },
    { requiredKeys: [] },
  )
  .chain((spec) => fc.dictionary(word, word, { maxKeys: 2 }).map((labels) => deployment(spec, { labels })));

describe('properties', () => {
  test('applying twice is applying once', () =>
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(undefined, first, { manager: 'b' });
        const once = apply(live, second, { force: true });
        expect(apply(once, second)).toBe(once);
      }),
      { numRuns: 300 },
    ));

  test('alone on an object, the last configuration is all that is left', () =>
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const fresh = apply(undefined, second);
        const object = apply(apply(undefined, first), second);
        expect(ownersOf(object)).toEqual(ownersOf(fresh));
        expect(prunedOfEmpties(object.spec)).toEqual(prunedOfEmpties(fresh.spec));
      }),
      { numRuns: 300 },
    ));

  test('what one applies with force is in the object, whatever others had', () =>
    fc.assert(
      fc.property(configuration, configuration, configuration, (first, second, third) => {
        let live: KubernetesObject = apply(undefined, first);
        live = apply(live, second, { manager: 'b', force: true });
        const object = apply(live, third, { manager: 'c', force: true });
        expect(holds(object.spec ?? {}, (third as Deployment).spec ?? {})).toBe(true);
      }),
      { numRuns: 300 },
    ));

  test('any configuration is applied or refused', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('replicas', 'template', 'strategy', 'selector', '__proto__'),
          fc.jsonValue(),
        ),
        (spec) => {
          const live = apply(undefined, deployment({ replicas: 1 }));
          try {
            apply(live, deployment(spec), { manager: 'b' });
          } catch (error) {
            expect([400, 409]).toContain((error as StatusError).code);
          }
        },
      ),
      { numRuns: 500 },
    ));
});

/** Without maps and lists that hold nothing: whether they stay depends on what was there before. */
function prunedOfEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? value.map(prunedOfEmpties) : undefined;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, prunedOfEmpties(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** Whether all of `part` is in `whole`, items found by their key. */
function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return part.every((item) => (whole as unknown[]).some((other) => holds(other, item)));
  if (typeof part !== 'object' || part === null) return whole === part;
  return Object.entries(part).every(([key, value]) => holds((whole as Loose | undefined)?.[key], value));
}
