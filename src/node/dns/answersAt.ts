import { decode, encode } from 'dns-packet';
import type { Clock } from '../../clock/clock.ts';
import { ZONE } from './clusterZone.ts';
import { forward } from './forward.ts';

const QUESTION = encode({ type: 'query', id: 1, questions: [{ type: 'TXT', name: `dns-version.${ZONE}` }] });

/** Whether a DNS of a cluster answers there already. */
export async function answersAt(address: string, clock: Clock, port?: number): Promise<boolean> {
  const answer = await forward(QUESTION, [address], 'udp', clock, port);
  return answer !== undefined && (decode(answer).answers ?? []).length > 0;
}
