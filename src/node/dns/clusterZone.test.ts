import { expect, test } from 'vitest';
import { lookUp } from './clusterZone.ts';
import { reverseNames } from './reverseNames.ts';
import { knownNames } from './testing/knownNames.ts';
import type { ZoneRecord } from './zoneRecords.ts';

const recordText = ({ name, type, ttl, data }: ZoneRecord): string =>
  `${name} ${ttl} ${type} ${typeof data === 'string' ? data : Object.values(data).join(' ')}`.replaceAll(
    'default.svc.cluster.local',
    '…',
  );

/** Records, one a line and those that follow behind a `+`; `no data`, `no such name`, `-> alias`. */
function found(question: string): string[] {
  const [type = '', text = ''] = question.split(' ');
  const name = text.replace('…', 'default.svc.cluster.local');
  const answer = lookUp({ name, type }, knownNames, '10.96.0.10');
  if (answer === 'no such name') return [answer];
  if ('alias' in answer) return [`-> ${answer.alias}`];
  const lines = [
    ...answer.records.map(recordText),
    ...answer.more.map((record) => `+ ${recordText(record)}`),
  ];
  return lines.length > 0 ? lines : ['no data'];
}

const cases: Record<string, [question: string, answer: string[]]> = {
  'a service has its address': ['A web.…', ['web.… 30 A 10.96.1.1']],
  'a service has no other address': ['AAAA web.…', ['no data']],
  'a service has no text': ['TXT web.…', ['no data']],
  'no other service is there': ['A nothing.…', ['no such name']],
  'a service of another namespace is not there': ['A web.other.svc.cluster.local', ['no such name']],
  'a port of a service is found by its name and protocol': [
    'SRV _http._tcp.web.…',
    ['_http._tcp.web.… 30 SRV 0 100 80 web.…', '+ web.… 30 A 10.96.1.1'],
  ],
  'a port of another protocol, too': [
    'SRV _dns._udp.web.…',
    ['_dns._udp.web.… 30 SRV 0 100 53 web.…', '+ web.… 30 A 10.96.1.1'],
  ],
  'a port of a protocol that it does not have is not there': ['SRV _http._udp.web.…', ['no such name']],
  'a port has no address': ['A _http._tcp.web.…', ['no data']],
  'an endpoint of a service with an address has its name, too': [
    'A named.web.…',
    ['named.web.… 5 A 10.244.1.9'],
  ],
  'a headless service has the addresses of those that are ready': [
    'A peers.…',
    ['peers.… 5 A 10.244.1.2', 'peers.… 5 A 10.244.2.3'],
  ],
  'one that wants it has those of all': ['A early.…', ['early.… 5 A 10.244.1.7']],
  'a headless service that nobody is ready to serve is not there': ['A empty.…', ['no such name']],
  'a pod of a headless service has a name': ['A peer-0.peers.…', ['peer-0.peers.… 5 A 10.244.1.2']],
  'one without a hostname is called by its address': [
    'A 10-244-2-3.peers.…',
    ['10-244-2-3.peers.… 5 A 10.244.2.3'],
  ],
  'one that is not ready has none': ['A peer-2.peers.…', ['no such name']],
  'one that ends has none': ['A peer-3.peers.…', ['no such name']],
  'one that is not ready has one where the service wants it': [
    'A first.early.…',
    ['first.early.… 5 A 10.244.1.7'],
  ],
  'below a pod there is nothing': ['A x.peer-0.peers.…', ['no such name']],
  'the ports of a headless service are those of its pods': [
    'SRV _http._tcp.peers.…',
    [
      '_http._tcp.peers.… 5 SRV 0 100 8080 peer-0.peers.…',
      '_http._tcp.peers.… 5 SRV 0 100 8080 10-244-2-3.peers.…',
      '+ peer-0.peers.… 5 A 10.244.1.2',
      '+ 10-244-2-3.peers.… 5 A 10.244.2.3',
    ],
  ],
  'a name for another name leads there': ['A outside.…', ['-> example.com']],
  'below a name for another name there is nothing': ['A x.outside.…', ['no such name']],
  'a pod is called by its address': [
    'A 10-244-1-2.any.pod.cluster.local',
    ['10-244-1-2.any.pod.cluster.local 5 A 10.244.1.2'],
  ],
  'what is no address is no pod': ['A 10-244-1-999.any.pod.cluster.local', ['no such name']],
  'a word is no pod': ['A web.any.pod.cluster.local', ['no such name']],
  'a namespace is there, with nothing at itself': ['A default.svc.cluster.local', ['no data']],
  'other namespaces are not there': ['A other.svc.cluster.local', ['no such name']],
  'between them there is nothing': ['A svc.cluster.local', ['no data']],
  'pods together are nothing': ['A pod.cluster.local', ['no data']],
  'the zone has a server': ['NS cluster.local', ['cluster.local 30 NS ns.dns.cluster.local']],
  'the server has an address': ['A ns.dns.cluster.local', ['ns.dns.cluster.local 30 A 10.96.0.10']],
  'the zone tells to which specification it keeps': [
    'TXT dns-version.cluster.local',
    ['dns-version.cluster.local 28800 TXT 1.1.0'],
  ],
  'the zone has nothing else': ['A web.cluster.local', ['no such name']],
};
for (const [name, [question, answer]] of Object.entries(cases))
  test(`${name}: ${question}`, () => {
    expect(found(question)).toEqual(answer);
  });

const reverse: Record<string, [address: string, names: string[]]> = {
  'a service is found by its address': ['1.1.96.10', ['web.…']],
  'a pod of a headless service is': ['2.1.244.10', ['peer-0.peers.…']],
  'one without a hostname is': ['3.2.244.10', ['10-244-2-3.peers.…']],
  'one that is not ready is not': ['4.2.244.10', []],
  'a pod of a service with an address is not': ['9.1.244.10', []],
  'others are not': ['1.2.0.192', []],
  'what is no address is not': ['2.1.244', []],
};
for (const [name, [reversed, names]] of Object.entries(reverse))
  test(`${name}: ${reversed}.in-addr.arpa`, () => {
    const found = reverseNames(`${reversed}.in-addr.arpa`, knownNames);
    expect(found.map(({ data }) => `${data}`.replace('default.svc.cluster.local', '…'))).toEqual(names);
  });
