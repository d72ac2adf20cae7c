import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../generated/types.ts';
import { containerResources } from './containerResources.ts';

const cases: Record<string, { resources?: Container['resources']; qosClass?: string; want: object }> = {
  'a container that asks for nothing gets the least share, and goes first when memory runs out': {
    qosClass: 'BestEffort',
    want: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 0, memoryLimitBytes: 0, oomScoreAdjust: 1000 },
  },
  'a request is a share of the processor and no limit': {
    resources: { requests: { cpu: '500m', memory: '1Gi' } },
    qosClass: 'Burstable',
    want: { cpuShares: 512, cpuQuota: 0, memoryLimitBytes: 0, oomScoreAdjust: 750 },
  },
  'a limit is a quota, and stands for the request that is missing': {
    resources: { limits: { cpu: '200m', memory: '64Mi' } },
    qosClass: 'Guaranteed',
    want: {
      cpuShares: 204,
      cpuQuota: 20_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: 67_108_864,
      oomScoreAdjust: -997,
    },
  },
  'a tiny limit is not below what the kernel takes': {
    resources: { limits: { cpu: '1m' } },
    qosClass: 'Burstable',
    want: { cpuShares: 2, cpuQuota: 1_000, oomScoreAdjust: 999 },
  },
};

describe('the resources of a container', () => {
  for (const [name, { resources, qosClass, want }] of Object.entries(cases)) {
    test(name, () => {
      const pod = { metadata: {}, spec: { containers: [] }, status: { qosClass } } as unknown as Pod;
      expect(containerResources(pod, resources ? { resources } : {}, '4Gi')).toMatchObject(want);
    });
  }
});
