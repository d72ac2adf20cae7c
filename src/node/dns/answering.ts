import { type Answer, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import type { ClusterNames } from './clusterNames.ts';
import { authority, isInZone, lookUp } from './clusterZone.ts';
import { type Query, RCODES, type Reply } from './dnsMessage.ts';
import { reverseNames } from './reverseNames.ts';
import type { Found } from './zoneRecords.ts';

const ALIAS_TTL = 5;
/** Of names for names. */
const LONGEST_CHAIN = 8;
const IN_CLASS = 1;

export interface Knowledge {
  readonly names: ClusterNames;
  /** Where this DNS is asked. */
  readonly address: string;
  /** Changes with what is known. */
  readonly serial: number;
  /** Asks the host's servers; undefined when they do not answer. */
  resolve(message: Buffer): Promise<Buffer | undefined>;
}

/** What the cluster itself knows in answer to a question; undefined for what it leaves to others. */
export async function answer(query: Query, knowledge: Knowledge): Promise<Reply | undefined> {
  const { name, type } = query;
  const isOrdinary = query.question.readUInt16BE(query.question.length - 2) === IN_CLASS;
  if (isInZone(name)) return isOrdinary ? ofZone(query, knowledge) : said(RCODES.refused);
  if (type !== 'PTR' || !isOrdinary) return undefined;
  const records = reverseNames(name, knowledge.names);
  return records.length > 0 ? { ...said(RCODES.ok), answers: records } : undefined;
}

/** Nothing but a code. */
export const said = (rcode: number): Reply => ({
  rcode,
  isOurs: true,
  answers: [],
  authorities: [],
  more: [],
});

async function ofZone(query: Query, knowledge: Knowledge): Promise<Reply> {
  const { name, type } = query;
  const { names, address, serial } = knowledge;
  if (!names.isComplete()) return said(RCODES.failed);
  const found = lookUp({ name, type }, names, address);
  const source = authority(serial);
  if (found === 'no such name') return { ...said(RCODES.noName), authorities: [source] };
  if ('alias' in found) return ofAlias(query, found.alias, knowledge);
  if (found.isApex && type === 'SOA') return { ...said(RCODES.ok), answers: [source] };
  const authorities = found.records.length === 0 ? [source] : [];
  return { ...said(RCODES.ok), answers: found.records, authorities, more: found.more };
}

/** With what the other name stands for: resolvers of pods do not ask again by themselves. */
async function ofAlias(query: Query, alias: string, knowledge: Knowledge): Promise<Reply> {
  const { name, type } = query;
  const first: Answer = { name, type: 'CNAME', ttl: ALIAS_TTL, data: alias };
  if (type === 'CNAME') return { ...said(RCODES.ok), answers: [first] };
  const answers = [first, ...(await behind(query, alias, knowledge))];
  return { ...said(RCODES.ok), answers };
}

async function behind({ id, type }: Query, alias: string, knowledge: Knowledge): Promise<Answer[]> {
  const chain: Answer[] = [];
  let name = alias;
  while (isInZone(name) && chain.length < LONGEST_CHAIN) {
    const found: Found = lookUp({ name, type }, knowledge.names, knowledge.address);
    if (found === 'no such name') return chain;
    if (!('alias' in found)) return [...chain, ...(found.records as Answer[])];
    chain.push({ name, type: 'CNAME', ttl: ALIAS_TTL, data: found.alias });
    name = found.alias;
  }
  return isInZone(name) ? chain : [...chain, ...(await elsewhere(id, name, type, knowledge))];
}

async function elsewhere(id: number, name: string, type: string, knowledge: Knowledge): Promise<Answer[]> {
  try {
    const questions = [{ name, type: type as 'A' }];
    const message = encode({ type: 'query', id, flags: RECURSION_DESIRED, questions });
    const answer = await knowledge.resolve(message);
    return answer ? (decode(answer).answers ?? []) : [];
  } catch {
    return []; // what the other server says is no answer
  }
}
