import { constants, createDeflate, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeaders, encodeHeaders, HeaderDeflater, HeaderInflater } from './headerBlock.ts';
import { HEADER_DICTIONARY } from './headerDictionary.ts';
import { SpdyProtocolError } from './protocolError.ts';

const headers = new Map([
  ['streamtype', 'error'],
  ['port', '8080'],
]);

test('the dictionary is the one of SPDY/3', () => {
  // A zlib stream names its dictionary by this Adler-32 sum.
  const stream = deflateSync('x', { dictionary: HEADER_DICTIONARY });
  expect(stream.readUInt32BE(2)).toBe(0xe3c6a7c2);
});

test('what one side deflates the other inflates, block after block', async () => {
  const deflater = new HeaderDeflater();
  const inflater = new HeaderInflater();
  for (let i = 0; i < 3; i++) {
    const block = deflater.deflate(encodeHeaders(headers));
    expect(decodeHeaders(await inflater.inflate(block))).toEqual(headers);
  }
});

test('blocks that a peer compresses with the dictionary are read', async () => {
  const deflate = createDeflate({ dictionary: HEADER_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  const inflater = new HeaderInflater();
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) => deflate.write(encodeHeaders(headers), () => resolve()));
    expect(decodeHeaders(await inflater.inflate(deflate.read()))).toEqual(headers);
  }
});

test('a block that grows out of all measure is refused', async () => {
  const bomb = deflateSync(Buffer.alloc(10_000_000), { finishFlush: constants.Z_SYNC_FLUSH });
  await expect(new HeaderInflater().inflate(bomb)).rejects.toThrow(SpdyProtocolError);
});

test('no byte string does more than break the protocol', async () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
  const stored = bytes.map((block) => new HeaderDeflater().deflate(block));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        bytes,
        stored,
        bytes.map((block) => deflateSync(block)),
      ),
      async (block) => {
        const inflater = new HeaderInflater();
        try {
          decodeHeaders(await inflater.inflate(block));
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyProtocolError);
        }
        inflater.close();
      },
    ),
  );
});
