import type { KubernetesObject } from '../apimachinery/object.ts';
import { parseCondition } from '../cluster/until/condition.ts';
import type { TestCluster } from './testCluster.ts';

/** What vitest's and Jest's `expect.extend` want. */
interface Verdict {
  readonly pass: boolean;
  message(): string;
}

export interface PodsWanted {
  /** `default` unless told. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

interface WithConditions extends KubernetesObject {
  status?: { conditions?: readonly { type: string; status: string; reason?: string }[] };
}

/**
 * Assertions about a cluster, for `expect.extend(matchers)`:
 *
 * - `await expect(cluster).toHavePods(3, { labelSelector: 'app=web' })`
 * - `await expect(cluster).toHave('daemonset/agent', 'rolled-out')`: a phase, a condition, `rolled-out`, `deleted`, now
 * - `await expect(cluster).toHaveEvent('FailedScheduling')`
 * - `expect(job).toHaveCondition('Complete')`
 */
export const matchers = {
  async toHavePods(cluster: TestCluster, count: number, wanted: PodsWanted = {}): Promise<Verdict> {
    const { items } = await cluster.client.list('v1', 'Pod', { namespace: 'default', ...wanted });
    const pods = items.map(({ metadata, status }) => `${metadata.name} ${status?.phase}`).join(', ');
    return {
      pass: items.length === count,
      message: () => `expected ${count} pods, there are ${items.length}: ${pods || 'none'}`,
    };
  },

  async toHave(
    cluster: TestCluster,
    object: string,
    what: string,
    { namespace = 'default' }: { readonly namespace?: string } = {},
  ): Promise<Verdict> {
    const pass = await parseCondition(object, what, namespace).holds(cluster.client);
    return { pass, message: () => `expected ${object} ${pass ? 'not ' : ''}to be ${what}` };
  },

  async toHaveEvent(
    cluster: TestCluster,
    reason: string,
    { namespace = 'default' }: { readonly namespace?: string } = {},
  ): Promise<Verdict> {
    const { items } = await cluster.client.list('v1', 'Event', { namespace });
    const pass = items.some((event) => event.reason === reason);
    const table = pass ? '' : await cluster.eventTable(namespace);
    return {
      pass,
      message: () =>
        pass ? `expected no event ${reason}` : `expected an event ${reason}, there are:\n${table}`,
    };
  },

  toHaveCondition(object: WithConditions, type: string): Verdict {
    const conditions = object.status?.conditions ?? [];
    const pass = conditions.some((condition) => condition.type === type && condition.status === 'True');
    const there = conditions.map(({ type, status, reason }) => `${type}=${status} (${reason})`).join(', ');
    return {
      pass,
      message: () => `expected ${pass ? 'no ' : ''}condition ${type}, there are: ${there || 'none'}`,
    };
  },
};
