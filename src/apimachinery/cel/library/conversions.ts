import type { Environment } from '@marcbachmann/cel-js';
import { define } from './define.ts';

const [TIMESTAMP, DURATION] = ['google.protobuf.Timestamp', 'google.protobuf.Duration'];

/** Of the language's own conversions, those that the library lacks. */
export function registerConversions(environment: Environment): void {
  define(environment, {
    [`string(${TIMESTAMP}): string`]: (time: Date) => time.toISOString().replace(/\.?0*Z$/, 'Z'),
    [`string(${DURATION}): string`]: String,
    [`int(${TIMESTAMP}): int`]: (time: Date) => BigInt(Math.floor(time.getTime() / 1000)),
    [`timestamp(${TIMESTAMP}): ${TIMESTAMP}`]: (time: Date) => time,
    [`duration(${DURATION}): ${DURATION}`]: (span: object) => span,
  });
}
