import type { KubernetesObject } from '../apimachinery/object.ts';
import { type Condition, parseCondition } from '../cluster/until/condition.ts';
import { InVain } from '../cluster/until/inVain.ts';
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

/** Whether a condition holds, or why it will not. */
async function isSo({ client }: TestCluster, condition: Condition): Promise<boolean | string> {
  try {
    return await condition.holds(client);
  } catch (error) {
    if (error instanceof InVain) return error.message;
    throw error;
  }
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
    const verdict = await isSo(cluster, parseCondition(object, what, namespace));
    const pass = verdict === true;
    const why = typeof verdict === 'string' ? `: ${verdict}` : '';
    return { pass, message: () => `expected ${object} ${pass ? 'not ' : ''}to be ${what}${why}` };
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
