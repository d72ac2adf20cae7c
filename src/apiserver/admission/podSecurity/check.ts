import type { Container, ObjectMeta, PodSpec } from '../../../generated/types.ts';

/** A pod, or the template of some. */
export interface PodLike {
  readonly metadata?: Pick<ObjectMeta, 'annotations'>;
  readonly spec: PodSpec;
}

/** What a pod does that its namespace does not want: `privileged (container "a" must not …)`. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards, in the words of upstream. */
export interface Check {
  /** The minor version that brought it; it was there all the time unless given. */
  readonly since?: number;
  of(pod: PodLike, minor: number): Violation | undefined;
}

export const containersOf = ({ spec }: PodLike): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly Container[]),
];

export const quoted = (texts: Iterable<string>): string =>
  Array.from(texts, (text) => JSON.stringify(text)).join(', ');

export const sortedSet = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

/** `container "a"`, `containers "a", "b"`. */
export const named = (containers: readonly { name?: string }[]): string =>
  `${plural('container', containers.length)} ${quoted(containers.map(({ name = '' }) => name))}`;

export const plural = (word: string, count: number, words = `${word}s`): string =>
  count === 1 ? word : words;

/** `pod`, `container "a"`, `pod and containers "a", "b"`; undefined for nobody. */
export function setters(isOfPod: boolean, containers: readonly { name?: string }[]): string | undefined {
  const who = [...(isOfPod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])];
  return who.length > 0 ? who.join(' and ') : undefined;
}

/** Within a user namespace of its own a pod may be what it likes (KEP-127). */
export const hasOwnUsers = ({ spec }: PodLike): boolean => spec.hostUsers === false;

export const isWindows = ({ spec }: PodLike): boolean => spec.os?.name === 'windows';
