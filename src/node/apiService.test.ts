import { expect, test } from 'vitest';
import type { Service } from '../generated/types.ts';
import type { ApiService, ServerAddress } from '../runtime/runtime.ts';
import { apiService } from './apiService.ts';

const service = (name: string, clusterIP: string, port: number): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { clusterIP, ports: [{ port }] },
});

const OTHER = service('web', '10.96.1.1', 80);
const KUBERNETES = service('kubernetes', '10.96.0.1', 443);
const SERVER = { address: '10.0.0.1', port: 6443 };

const cases: Record<string, [Service[], ServerAddress | undefined, ApiService | undefined]> = {
  'what the service says': [
    [OTHER, KUBERNETES],
    SERVER,
    { clusterIP: '10.96.0.1', port: 443, server: SERVER },
  ],
  'what a service says that somebody has made anew': [
    [service('kubernetes', '10.97.0.9', 6443)],
    SERVER,
    { clusterIP: '10.97.0.9', port: 6443, server: SERVER },
  ],
  'nothing without the service': [[OTHER], SERVER, undefined],
  'nothing where the service has no address': [[service('kubernetes', 'None', 443)], SERVER, undefined],
  'nothing for a server of IPv6': [[KUBERNETES], { address: '::1', port: 6443 }, undefined],
  'nothing where nobody says where the server is': [[KUBERNETES], undefined, undefined],
};
for (const [name, [services, server, want]] of Object.entries(cases))
  test(`the way of pods to the API is ${name}`, () => {
    expect(apiService(services, server)).toEqual(want);
  });
