import { expect, test } from 'vitest';
import { expositionOf } from './exposition.ts';

test('metrics are written as Prometheus reads them, with the times of their samples', () => {
  const text = expositionOf([
    {
      name: 'used_seconds_total',
      help: 'What was used',
      type: 'counter',
      samples: [
        { labels: { pod: 'a', note: 'says "\\"\n' }, value: 1.5, time: 1_767_225_600_000.4 },
        { value: 3 },
      ],
    },
    { name: 'nothing', help: 'Has no samples', type: 'gauge', samples: [] },
  ]);
  expect(text).toBe(
    [
      '# HELP used_seconds_total What was used',
      '# TYPE used_seconds_total counter',
      'used_seconds_total{pod="a",note="says \\"\\\\\\"\\n"} 1.5 1767225600000',
      'used_seconds_total 3',
      '',
    ].join('\n'),
  );
});
