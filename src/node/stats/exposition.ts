import type { EpochMs } from '../../clock/clock.ts';

/** The text form of Prometheus's, as prom-client cannot write it: with the time of each sample. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Now unless given. */
  readonly time?: EpochMs;
}

/** Metrics without samples are left out. */
export const expositionOf = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) =>
      [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((each) => line(name, each))]
        .map((text) => `${text}\n`)
        .join(''),
    )
    .join('');

function line(name: string, { labels = {}, value, time }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  const stamp = time === undefined ? '' : ` ${Math.round(time)}`;
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}${stamp}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
