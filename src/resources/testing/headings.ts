import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource } from '../resource.ts';

/** The columns as `kubectl get` prints them, those of `-o wide` after a bar. */
export function headingsOf<T extends KubernetesObject>({ columns }: Resource<T>): string {
  const names = (wide: boolean) =>
    columns.filter(({ priority }) => (priority === 1) === wide).map(({ name }) => name.toUpperCase());
  return [names(false).join(' '), names(true).join(' ')].filter(Boolean).join(' | ');
}
