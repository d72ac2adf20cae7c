import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameParser } from './frameParser.ts';
import { type ControlFrame, encodeControlFrame, encodeDataHeader, type Frame } from './frames.ts';
import { SpdyProtocolError } from './protocolError.ts';

const parse = (...chunks: Buffer[]) => {
  const parser = new FrameParser();
  return chunks.flatMap((chunk) => [...parser.parse(chunk)]);
};
const encode = (frame: Frame) =>
  frame.kind === 'data'
    ? Buffer.concat([encodeDataHeader(frame.streamId, frame.fin, frame.data.length), frame.data])
    : encodeControlFrame(frame);

const wire: Record<string, { frame: ControlFrame; hex: string }> = {
  'SYN_STREAM with FIN': {
    frame: {
      kind: 'synStream',
      streamId: 1,
      fin: true,
      unidirectional: false,
      headerBlock: Buffer.from([7]),
    },
    hex: '80030001 0100000b 00000001 00000000 0000 07',
  },
  SYN_REPLY: {
    frame: { kind: 'synReply', streamId: 1, fin: false, headerBlock: Buffer.from([7, 8]) },
    hex: '80030002 00000006 00000001 0708',
  },
  RST_STREAM: {
    frame: { kind: 'rstStream', streamId: 3, status: 5 },
    hex: '80030003 00000008 00000003 00000005',
  },
  SETTINGS: {
    frame: { kind: 'settings', entries: [{ id: 7, value: 65_536 }] },
    hex: '80030004 0000000c 00000001 00000007 00010000',
  },
  PING: { frame: { kind: 'ping', id: 9 }, hex: '80030006 00000004 00000009' },
  GOAWAY: {
    frame: { kind: 'goAway', lastGoodStreamId: 5, status: 0 },
    hex: '80030007 00000008 00000005 00000000',
  },
  WINDOW_UPDATE: {
    frame: { kind: 'windowUpdate', streamId: 0, delta: 4_096 },
    hex: '80030009 00000008 00000000 00001000',
  },
};
describe('on the wire', () => {
  for (const [name, { frame, hex }] of Object.entries(wire)) {
    test(name, () => {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      expect(encodeControlFrame(frame)).toEqual(bytes);
      expect(parse(bytes)).toEqual([frame]);
    });
  }
});

const broken: Record<string, string> = {
  'a control frame of another version': '80020006 00000004 00000001',
  'a PING without an id': '80030006 00000000',
  'a SETTINGS frame that promises more than it holds': '80030004 00000004 00ffffff',
  'a control frame of 16 MiB': '80030001 00ffffff',
};
describe('is refused', () => {
  for (const [name, hex] of Object.entries(broken)) {
    test(name, () => {
      expect(() => parse(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow(SpdyProtocolError);
    });
  }
});

test('a control frame of an unknown type is passed over', () => {
  const unknown = Buffer.from('800300990000000100', 'hex');
  expect(parse(Buffer.concat([unknown, encode({ kind: 'ping', id: 1 })]))).toEqual([{ kind: 'ping', id: 1 }]);
});

test('data is handed out as it arrives, with FIN on the last piece', () => {
  const bytes = encode({ kind: 'data', streamId: 1, fin: true, data: Buffer.from('abcdef') });
  expect(parse(bytes.subarray(0, 11), bytes.subarray(11)).map(inWords)).toEqual(['abc', 'def FIN']);
});
const inWords = (frame: Frame) =>
  frame.kind === 'data' ? `${frame.data}${frame.fin ? ' FIN' : ''}` : frame.kind;

const id = fc.integer({ min: 0, max: 0x7fff_ffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant('synStream' as const),
    streamId: id,
    fin: fc.boolean(),
    unidirectional: fc.boolean(),
    headerBlock: bytes(300),
  }),
  fc.record({
    kind: fc.constantFrom('synReply' as const, 'headers' as const),
    streamId: id,
    fin: fc.boolean(),
    headerBlock: bytes(300),
  }),
  fc.record({ kind: fc.constant('rstStream' as const), streamId: id, status: uint32 }),
  fc.record({
    kind: fc.constant('settings' as const),
    entries: fc.array(fc.record({ id: fc.integer({ min: 0, max: 0xff_ffff }), value: uint32 }), {
      maxLength: 5,
    }),
  }),
  fc.record({ kind: fc.constant('ping' as const), id: uint32 }),
  fc.record({ kind: fc.constant('goAway' as const), lastGoodStreamId: id, status: uint32 }),
  fc.record({ kind: fc.constant('windowUpdate' as const), streamId: id, delta: id }),
  fc.record({ kind: fc.constant('data' as const), streamId: id, fin: fc.boolean(), data: bytes(300) }),
);

/** Joins the pieces in which a data frame came. */
function joined(frames: readonly Frame[]): Frame[] {
  const whole: Frame[] = [];
  for (const frame of frames) {
    const last = whole.at(-1);
    const goesOn =
      last?.kind === 'data' && frame.kind === 'data' && !last.fin && last.streamId === frame.streamId;
    if (goesOn) whole.splice(-1, 1, { ...frame, data: Buffer.concat([last.data, frame.data]) });
    else whole.push(frame);
  }
  return whole;
}

test('whatever frames are sent and however they are cut, the same arrive', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (frames, size) => {
      const sent = Buffer.concat(frames.map(encode));
      const cut = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
        sent.subarray(i * size, (i + 1) * size),
      );
      expect(joined(parse(...cut))).toEqual(joined(frames));
    }),
  );
});

test('no byte string does more than break the protocol', () => {
  const nearlyFrames = fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 6, 7, 8, 9), bytes(40))
    .map(([type, body]) => Buffer.concat([Buffer.from([0x80, 3, 0, type, 0, 0, 0, body.length]), body]));
  fc.assert(
    fc.property(fc.array(fc.oneof(bytes(60), nearlyFrames), { maxLength: 6 }), (chunks) => {
      try {
        parse(...chunks);
      } catch (error) {
        expect(error).toBeInstanceOf(SpdyProtocolError);
      }
    }),
  );
});
