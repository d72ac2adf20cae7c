import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Expected, Store, Stored } from '../store.ts';

/** A small object to store, told apart from others by a text. */
export const configMap = (text: string): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'test' }, data: { text } }) as KubernetesObject;

/** Writes a `configMap`. */
export const putText = (store: Store, key: string, text = '', expected?: Expected): Promise<Stored> =>
  store.put(key, configMap(text), expected);

/** The text of a stored `configMap`. */
export const textOf = (stored: Stored | undefined): string | undefined =>
  (stored?.object as { data?: { text?: string } } | undefined)?.data?.text;

/** An object whose JSON has about 2 KB, as a running pod's has. */
export const pod = (name: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { text: 'x'.repeat(1_900) },
  }) as KubernetesObject;
