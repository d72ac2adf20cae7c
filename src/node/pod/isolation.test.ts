import { expect, test } from 'vitest';
import type { Pod } from '../../generated/types.ts';
import { containerIsolation } from './isolation.ts';

type Profile = { type: 'Localhost' | 'RuntimeDefault' | 'Unconfined'; localhostProfile?: string };
const LOCAL: Profile = { type: 'Localhost', localhostProfile: 'profiles/audit.json' };
const LOCAL_PATH = { type: 'Localhost', name: '/var/lib/kubelet/seccomp/profiles/audit.json' };

const cases: Record<string, { own?: Profile; ofPod?: Profile; want: object }> = {
  'is not confined when nobody asks for it': { want: { type: 'Unconfined' } },
  "has the pod's profile, a file below the kubelet's folder": { ofPod: LOCAL, want: LOCAL_PATH },
  "has its own profile rather than the pod's": {
    own: { type: 'RuntimeDefault' },
    ofPod: LOCAL,
    want: { type: 'RuntimeDefault' },
  },
};
for (const [name, { own, ofPod, want }] of Object.entries(cases))
  test(`a container ${name}`, () => {
    const container = { name: 'main', ...(own && { securityContext: { seccompProfile: own } }) };
    const pod: Pod = {
      metadata: { name: 'p' },
      spec: { containers: [container], ...(ofPod && { securityContext: { seccompProfile: ofPod } }) },
    };
    expect(containerIsolation(pod, container, undefined).seccomp).toEqual(want);
  });
