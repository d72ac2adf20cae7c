import type { Informers } from '../../client/informers.ts';
import { type Cancel, type Clock, callEvery } from '../../clock/clock.ts';
import { tellChanges } from './changeLines.ts';
import { render } from './render.ts';
import { followed, takeSnapshot } from './snapshot.ts';

/** Changes are drawn together, so many milliseconds after the first. */
const DRAW_DELAY_MS = 100;
const TICK_MS = 1_000;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const TO_TOP = '\x1b[H';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const ENTER_SCREEN = '\x1b[?1049h';
const LEAVE_SCREEN = '\x1b[?1049l';

export interface LiveViewOptions {
  readonly informers: Informers;
  /** The cluster's, by which things have their ages. */
  readonly time: Pick<Clock, 'now'>;
  /** When to draw. */
  readonly clock: Clock;
  readonly output: NodeJS.WriteStream;
  /** Shown above the picture. */
  readonly heading: readonly string[];
}

/** Shows the cluster as it moves: a picture in a terminal, plain lines elsewhere. */
export async function startLiveView(options: LiveViewOptions): Promise<Cancel> {
  for (const type of followed) options.informers.of(type as never);
  await options.informers.start();
  return options.output.isTTY
    ? drawPicture(options)
    : tellChanges(options.informers, (line) => options.output.write(`${line}\n`));
}

function drawPicture({ informers, time, clock, output, heading }: LiveViewOptions): Cancel {
  let cancelDraw: Cancel | undefined;
  const draw = () => {
    cancelDraw = undefined;
    const height = Math.max(5, output.rows - heading.length - 2);
    const lines = [...heading, '', ...render(takeSnapshot(informers, time.now()), output.columns, height)];
    output.write(`${TO_TOP}${lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('')}${CLEAR_BELOW}`);
  };
  const drawSoon = () => {
    cancelDraw ??= clock.callIn(DRAW_DELAY_MS, draw);
  };
  output.write(`${ENTER_SCREEN}${HIDE_CURSOR}`);
  const cancels = [
    ...followed.map((type) => informers.of(type as never).onChange(drawSoon)),
    // Ages and durations move by themselves.
    callEvery(clock, TICK_MS, drawSoon),
  ];
  output.on('resize', drawSoon);
  return () => {
    for (const cancel of cancels) cancel();
    cancelDraw?.();
    output.off('resize', drawSoon);
    output.write(`${SHOW_CURSOR}${LEAVE_SCREEN}`);
  };
}
