import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeTerminalSize, TerminalSizes } from './terminalSizes.ts';

async function seenAfter(...messages: (string | Buffer)[]) {
  const sizes = new TerminalSizes();
  for (const message of messages) sizes.receive(Buffer.from(message));
  sizes.end();
  return Array.fromAsync(sizes);
}

const cases: Record<string, { messages: string[]; want: { width: number; height: number }[] }> = {
  'a size in pieces is put together': {
    messages: ['{"Width":80,', '"Height":24}\n'],
    want: [{ width: 80, height: 24 }],
  },
  'only the latest of several waits to be seen': {
    messages: ['{"Width":1,"Height":2}\n{"Width":3,"Height":4}', '{"Width":5,"Height":6}'],
    want: [{ width: 5, height: 6 }],
  },
  'what is no size is passed over': {
    messages: ['{"Width":80,"Height":24}{"Width":-1,"Height":70000}{}null}[1]{"Width":"9","Height":9}'],
    want: [{ width: 80, height: 24 }],
  },
  'without a size there is none': { messages: [], want: [] },
};
for (const [name, { messages, want }] of Object.entries(cases)) {
  test(name, async () => expect(await seenAfter(...messages)).toEqual(want));
}

test('a size is seen as soon as it comes', async () => {
  const sizes = new TerminalSizes();
  const next = sizes[Symbol.asyncIterator]().next();
  sizes.receive(encodeTerminalSize({ width: 132, height: 43 }));
  expect((await next).value).toEqual({ width: 132, height: 43 });
});

test('no bytes do any harm', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (pieces) => {
      for (const { width, height } of await seenAfter(...pieces.map((bytes) => Buffer.from(bytes)))) {
        expect(width + height).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
