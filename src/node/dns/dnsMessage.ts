import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { ZoneRecord } from './zoneRecords.ts';

const HEADER = 12;
const RESPONSE = 0x8000;
const RECURSION_DESIRED = 0x100;
const OPCODE = 0x7800;
/** A name that is written as "the one of the question". */
const AS_ASKED = Buffer.from([0xc0, HEADER]);
const CLASSIC_SIZE = 512;
/** What goes through every network in one piece (DNS flag day 2020). */
const LARGEST_SIZE = 1232;
/** OPT, root, our size, no flags. */
const EDNS = Buffer.from([0, 0, 41, LARGEST_SIZE >> 8, LARGEST_SIZE & 0xff, 0, 0, 0, 0, 0, 0]);

export const RCODES = { ok: 0, malformed: 1, failed: 2, noName: 3, notImplemented: 4, refused: 5 } as const;

export interface Query {
  readonly id: number;
  readonly flags: number;
  /** In small letters. */
  readonly name: string;
  readonly type: string;
  /** As it was asked, to the byte. */
  readonly question: Buffer;
  /** How long an answer over UDP may be. */
  readonly size: number;
  readonly hasEdns: boolean;
}

export interface Reply {
  readonly rcode: number;
  readonly isOurs: boolean;
  readonly answers: readonly Record[];
  readonly authorities: readonly Record[];
  readonly more: readonly Record[];
}

type Record = ZoneRecord | Answer;

/** What is asked; a code by which to refuse what is no question for us; undefined for what deserves no answer. */
export function readQuery(message: Buffer): Query | number | undefined {
  if (message.length < HEADER) return undefined;
  const flags = message.readUInt16BE(2);
  if (flags & RESPONSE) return undefined;
  if (flags & OPCODE) return RCODES.notImplemented;
  try {
    const { questions = [], additionals = [] } = decode(message);
    const [question] = questions;
    if (!question || questions.length > 1) return RCODES.malformed;
    const edns = additionals.find((record) => record.type === 'OPT');
    const offered = edns?.type === 'OPT' ? edns.udpPayloadSize : CLASSIC_SIZE;
    return {
      id: message.readUInt16BE(0),
      flags,
      name: question.name.toLowerCase(),
      type: question.type,
      question: message.subarray(HEADER, endOfQuestion(message)),
      size: Math.min(Math.max(offered, CLASSIC_SIZE), LARGEST_SIZE),
      hasEdns: edns !== undefined,
    };
  } catch {
    return RCODES.malformed;
  }
}

/** Behind its name, type and class. */
function endOfQuestion(message: Buffer): number {
  let offset = HEADER;
  while (message[offset]) offset += message[offset]! + 1;
  return offset + 5;
}

/** The answer to a question, as much of it as may be that long. Whoever lacks records is told to ask over TCP. */
export function writeReply(query: Query, reply: Reply, limit: number): Buffer {
  const room = limit - HEADER - query.question.length - (query.hasEdns ? EDNS.length : 0);
  const sections = [reply.answers, reply.authorities, reply.more];
  const written: Buffer[] = [];
  const counts = [0, 0, 0];
  let length = 0;
  let isCut = false;
  for (const [section, records] of sections.entries())
    for (const record of records) {
      const bytes = writeRecord(record, query);
      isCut ||= length + bytes.length > room && section < 2;
      if (length + bytes.length > room) break;
      written.push(bytes);
      length += bytes.length;
      counts[section]!++;
    }
  const flags = (reply.isOurs ? AUTHORITATIVE_ANSWER : 0) | (isCut ? TRUNCATED_RESPONSE : 0) | reply.rcode;
  if (query.hasEdns) counts[2]!++;
  return Buffer.concat([
    header(query.id, flags | (query.flags & RECURSION_DESIRED), [1, ...counts]),
    query.question,
    ...written,
    ...(query.hasEdns ? [EDNS] : []),
  ]);
}

/** A refusal of something whose question was not understood. */
export const refuse = (message: Buffer, rcode: number): Buffer =>
  header(
    message.readUInt16BE(0),
    rcode | (message.readUInt16BE(2) & (OPCODE | RECURSION_DESIRED)),
    [0, 0, 0, 0],
  );

function header(id: number, flags: number, counts: readonly number[]): Buffer {
  const buffer = Buffer.alloc(HEADER);
  for (const [index, value] of [id, RESPONSE | RECURSION_AVAILABLE | flags, ...counts].entries())
    buffer.writeUInt16BE(value, index * 2);
  return buffer;
}

/** The library writes all names in full. A name that was asked for need not be written again, and more records have room. */
function writeRecord(record: Record, { name }: Query): Buffer {
  const bytes = encode({ answers: [record as Answer] }).subarray(HEADER);
  if (record.name.toLowerCase() !== name) return bytes;
  return Buffer.concat([AS_ASKED, bytes.subarray(Buffer.byteLength(name) + 2)]);
}
