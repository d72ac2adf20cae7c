import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode, type Packet } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { anEndpoint, aService, aSlice } from '../services/testing/serviceObjects.ts';
import { answersAt } from './answersAt.ts';
import { ClusterDns } from './clusterDns.ts';
import type { ClusterNames } from './clusterNames.ts';
import { framed, MessageReader } from './streamMessages.ts';
import { knownNames } from './testing/knownNames.ts';

const LOOPBACK = '127.0.0.1';
const QUESTION: Packet = { type: 'query', id: 7, flags: 0x100 };
const many = Array.from({ length: 60 }, (_, index) => anEndpoint(`10.244.3.${index + 1}`));

/** As many pods as do not go into one message. */
const names: ClusterNames = {
  ...knownNames,
  service: (namespace, name) =>
    name === 'crowd' ? aService({ clusterIP: 'None' }, 'crowd') : knownNames.service(namespace, name),
  slices: (namespace, name) =>
    name === 'crowd' ? [aSlice(many, {}, 'crowd')] : knownNames.slices(namespace, name),
};

/** The world's DNS: everything is at 192.0.2.1, except what is `silent`. */
class OtherDns {
  readonly asked: string[] = [];
  readonly #udp = createSocket('udp4');
  readonly #tcp = createServer((socket) => this.#serve(socket));

  async listen(): Promise<number> {
    this.#udp.on('message', (message, { port, address }) => {
      const answer = this.#answer(message, 'udp');
      if (answer) this.#udp.send(answer, port, address);
    });
    await new Promise<void>((resolve) => this.#tcp.listen(0, LOOPBACK, resolve));
    const { port } = this.#tcp.address() as AddressInfo;
    await new Promise<void>((resolve) => this.#udp.bind(port, LOOPBACK, resolve));
    return port;
  }

  close(): void {
    this.#udp.close();
    this.#tcp.close();
  }

  #serve(socket: Socket): void {
    const reader = new MessageReader((message) => socket.write(framed(this.#answer(message, 'tcp')!)));
    socket.on('data', (bytes: Buffer) => reader.take(bytes));
  }

  #answer(message: Buffer, transport: string): Buffer | undefined {
    const { id, questions = [] } = decode(message);
    const name = questions[0]!.name;
    this.asked.push(`${transport} ${name}`);
    if (name.startsWith('silent')) return undefined;
    return encode({
      type: 'response',
      id,
      questions,
      answers: [{ type: 'A', name, ttl: 60, data: '192.0.2.1' }],
    });
  }
}

let folder: string;
let other: OtherDns;
let dns: ClusterDns;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sampan-dns-'));
  const resolverFile = join(folder, 'resolv.conf');
  writeFileSync(resolverFile, `# the host's\nnameserver ${LOOPBACK}\n`);
  other = new OtherDns();
  const resolverPort = await other.listen();
  // It must not take the other for itself.
  const address = '127.0.0.2';
  const clock = new SystemClock();
  dns = new ClusterDns({ clock, address, port: 0, names, serial: () => 3, resolverFile, resolverPort });
  port = await dns.listen();
});
afterAll(async () => {
  await dns.close();
  other.close();
  rmSync(folder, { recursive: true });
});

function askUdp(message: Buffer, at = port, address = '127.0.0.2'): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('message', (answer) => {
      socket.close();
      resolve(answer);
    });
    socket.send(message, at, address);
  });
}

function askTcp(...messages: Buffer[]): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.2');
    const answers: Buffer[] = [];
    const reader = new MessageReader((answer) => {
      answers.push(answer);
      if (answers.length < messages.length) return;
      socket.destroy();
      resolve(answers);
    });
    socket.on('data', (bytes: Buffer) => reader.take(bytes));
    // In pieces, as networks may hand them on.
    for (const byte of Buffer.concat(messages.map(framed))) socket.write(Buffer.from([byte]));
  });
}

const question = (
  name: string,
  type: 'A' | 'AAAA' | 'SOA' | 'PTR' | 'CNAME' = 'A',
  more: Partial<Packet> = {},
) => encode({ ...QUESTION, questions: [{ type, name }], ...more });

/** What came back, in short. */
function told(message: Buffer) {
  const answer = decode(message) as ReturnType<typeof decode> & { rcode: string };
  return {
    rcode: answer.rcode,
    flags: `${answer.flag_aa ? 'aa ' : ''}${answer.flag_tc ? 'tc ' : ''}${answer.flag_ra ? 'ra' : ''}`,
    answers: (answer.answers ?? []).map((record) => `${record.type} ${'data' in record ? record.data : ''}`),
    authorities: (answer.authorities ?? []).map((record) => `${record.type} ${record.name}`),
  };
}

const NAME = 'web.default.svc.cluster.local';
const cases: Record<string, { message: Buffer; want: ReturnType<typeof told> }> = {
  'a name of the cluster is answered with authority': {
    message: question(NAME),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: ['A 10.96.1.1'], authorities: [] },
  },
  'letters may be large': {
    message: question('WeB.Default.SVC.cluster.LOCAL'),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: ['A 10.96.1.1'], authorities: [] },
  },
  'what a name does not have is told with the source of all': {
    message: question(NAME, 'AAAA'),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: [], authorities: ['SOA cluster.local'] },
  },
  'what is not there is told so, too': {
    message: question('x.default.svc.cluster.local'),
    want: { rcode: 'NXDOMAIN', flags: 'aa ra', answers: [], authorities: ['SOA cluster.local'] },
  },
  'an address has a name': {
    message: question('1.1.96.10.in-addr.arpa', 'PTR'),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: [`PTR ${NAME}`], authorities: [] },
  },
  'a name for a name of the cluster is answered whole': {
    message: question('alias.default.svc.cluster.local'),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: [`CNAME ${NAME}`, 'A 10.96.1.1'], authorities: [] },
  },
  'a name for a name of the world is answered whole': {
    message: question('outside.default.svc.cluster.local'),
    want: {
      rcode: 'NOERROR',
      flags: 'aa ra',
      answers: ['CNAME example.com', 'A 192.0.2.1'],
      authorities: [],
    },
  },
  'who asks for the name alone gets no more': {
    message: question('outside.default.svc.cluster.local', 'CNAME'),
    want: { rcode: 'NOERROR', flags: 'aa ra', answers: ['CNAME example.com'], authorities: [] },
  },
  'names of the world are asked of the world': {
    message: question('www.example.com'),
    want: { rcode: 'NOERROR', flags: '', answers: ['A 192.0.2.1'], authorities: [] },
  },
  'addresses of the world, too': {
    message: question('1.2.0.192.in-addr.arpa', 'PTR'),
    want: { rcode: 'NOERROR', flags: '', answers: ['A 192.0.2.1'], authorities: [] },
  },
  'a failure is told when the world is silent': {
    message: question('silent.example.com'),
    want: { rcode: 'SERVFAIL', flags: 'ra', answers: [], authorities: [] },
  },
  'two questions at once are none': {
    message: encode({
      ...QUESTION,
      questions: [
        { type: 'A', name: NAME },
        { type: 'A', name: NAME },
      ],
    }),
    want: { rcode: 'FORMERR', flags: 'ra', answers: [], authorities: [] },
  },
  'a broken question is told to be so': {
    message: question(NAME).subarray(0, 20),
    want: { rcode: 'FORMERR', flags: 'ra', answers: [], authorities: [] },
  },
};
for (const [name, { message, want }] of Object.entries(cases))
  test(name, async () => {
    expect(told(await askUdp(message))).toEqual(want);
  });

test('names that lead to each other in a circle have an end', async () => {
  const { rcode, answers } = told(await askUdp(question('ring.default.svc.cluster.local')));
  expect([rcode, new Set(answers)]).toEqual(['NOERROR', new Set(['CNAME ring.default.svc.cluster.local'])]);
});

test('the question comes back as it was, to the letter', async () => {
  const { id, questions, answers } = decode(await askUdp(question('WEB.default.svc.cluster.local')));
  expect([id, questions?.[0]?.name, answers?.[0]?.name]).toEqual([
    7,
    'WEB.default.svc.cluster.local',
    'WEB.default.svc.cluster.local',
  ]);
});

describe('an answer that is too long', () => {
  const crowd = 'crowd.default.svc.cluster.local';
  const edns = (udpPayloadSize: number): Partial<Packet> => ({
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });

  const sizes: Record<string, [more: Partial<Packet>, most: number, records: number]> = {
    'has 512 bytes for old clients': [{}, 512, 28],
    'has 1232 bytes for those who take more': [edns(4096), 1232, 60],
    'has 512 bytes for those who say less': [edns(100), 512, 28],
  };
  for (const [name, [more, most, records]] of Object.entries(sizes))
    test(name, async () => {
      const answer = await askUdp(question(crowd, 'A', more));
      expect(answer.length).toBeLessThanOrEqual(most);
      const { answers, flags } = told(answer);
      expect(answers.length).toBe(records);
      expect(flags).toBe(records === 60 ? 'aa ra' : 'aa tc ra');
    });

  test('is whole over TCP, where several questions may follow each other', async () => {
    const [one, two] = await askTcp(question(crowd), question(NAME));
    expect([told(one!).answers.length, told(two!).answers]).toEqual([60, ['A 10.96.1.1']]);
  });
});

test('who asks over TCP is asked for over TCP', async () => {
  const [answer] = await askTcp(question('tcp.example.com'));
  expect(told(answer!).answers).toEqual(['A 192.0.2.1']);
  expect(other.asked).toContain('tcp tcp.example.com');
});

test('a failure is told where the world cannot be reached', async () => {
  const resolverFile = join(folder, 'unreachable.conf');
  // Nobody may send to that address.
  writeFileSync(resolverFile, 'nameserver 255.255.255.255\n');
  const lonely = new ClusterDns({
    clock: new SystemClock(),
    address: LOOPBACK,
    port: 0,
    names,
    serial: () => 1,
    resolverFile,
  });
  const answer = await askUdp(question('www.example.com'), await lonely.listen(), LOOPBACK);
  expect(told(answer).rcode).toBe('SERVFAIL');
  await lonely.close();
});

test('nothing is said not to be there before all is known', async () => {
  const early = new ClusterDns({
    clock: new SystemClock(),
    address: LOOPBACK,
    port: 0,
    names: { ...names, isComplete: () => false },
    serial: () => 1,
    resolverFile: '/none',
  });
  const answer = await askUdp(question('peers.default.svc.cluster.local'), await early.listen(), LOOPBACK);
  expect(told(answer).rcode).toBe('SERVFAIL');
  await early.close();
});

test('it is known where it answers, and nobody else is taken for it', async () => {
  const clock = new SystemClock();
  expect(await answersAt('127.0.0.2', clock, port)).toBe(true);
  expect(await answersAt(LOOPBACK, clock, port)).toBe(false);
});

test('it can be closed and listen again', async () => {
  const options = {
    clock: new SystemClock(),
    address: LOOPBACK,
    port: 0,
    names,
    serial: () => 1,
    resolverFile: '/none',
  };
  const another = new ClusterDns(options);
  const taken = await another.listen();
  await expect(new ClusterDns({ ...options, port: taken }).listen()).rejects.toThrow('EADDRINUSE');
  await another.close();
  const after = new ClusterDns({ ...options, port: taken });
  expect(await after.listen()).toBe(taken);
  await after.close();
});
