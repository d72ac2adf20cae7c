import { expired } from '../../apimachinery/errors.ts';
import type { Cancel } from '../../clock/clock.ts';
import { CompactedError, type Revision } from '../../store/store.ts';
import { list } from './list.ts';
import type { RegistryParts } from './registryParts.ts';
import { checkNotFuture, parseResourceVersion } from './requestedVersion.ts';
import { Shown } from './resourceEvent.ts';
import { Selection, type Selectors } from './selection.ts';
import type { Scope } from './target.ts';
import type { OnShown, WatchHub } from './watchHub.ts';

export interface WatchQuery extends Selectors {
  /** Changes after this version. Unset or `0`: what there is comes first, as ADDED. */
  readonly resourceVersion?: string | undefined;
  /** What there is comes first, whatever `resourceVersion` says; `onInitialEventsEnd` is called behind it. */
  readonly sendInitialEvents?: boolean | undefined;
}

export interface WatchListener {
  readonly onShown: OnShown;
  onInitialEventsEnd?(revision: Revision): void;
  /** The kind is gone, or has changed. */
  onEnd?(): void;
}

/** Shows a collection's changes until cancelled. Throws 410 when the version is compacted, before anything is shown. */
export function watch(
  parts: RegistryParts,
  hub: WatchHub,
  scope: Scope,
  query: WatchQuery,
  listener: WatchListener,
): Cancel {
  const selection = new Selection(scope, query);
  const asked = parseResourceVersion(query.resourceVersion);
  const isFromTheStart = query.sendInitialEvents ?? asked === 0;
  if (!isFromTheStart) return follow(hub, selection, asked || parts.store.revision, listener);
  checkNotFuture(asked, parts.store.revision);
  const { items, revision } = list(parts, scope, selectorsOf(query));
  if (items.length > 0) listener.onShown(items.map((stored) => new Shown('ADDED', stored)));
  listener.onInitialEventsEnd?.(revision);
  return follow(hub, selection, revision, listener);
}

const selectorsOf = ({ labelSelector, fieldSelector }: Selectors): Selectors => ({
  labelSelector,
  fieldSelector,
});

function follow(hub: WatchHub, selection: Selection, from: Revision, listener: WatchListener): Cancel {
  try {
    return hub.watch(selection, from, listener.onShown, () => listener.onEnd?.());
  } catch (error) {
    if (error instanceof CompactedError) throw expired(error.requested, error.compacted);
    throw error;
  }
}
