import { expired, invalid } from '../../apimachinery/errors.ts';
import { type FieldError, forbiddenField, notSupported } from '../../apimachinery/fieldErrors.ts';
import {
  CompactedError,
  type ListOptions,
  type ListResult,
  type Revision,
  type Stored,
} from '../../store/store.ts';
import { ContinueExpiredError, type ContinueToken, decodeContinue, encodeContinue } from './continueToken.ts';
import type { RegistryParts } from './registryParts.ts';
import { checkNotFuture, parseResourceVersion } from './requestedVersion.ts';
import { Selection, type Selectors } from './selection.ts';
import { collectionPrefix, type Scope, scopePrefix, storageKey } from './target.ts';

export interface ListQuery extends Selectors {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface Page {
  readonly items: readonly Stored[];
  readonly revision: Revision;
  /** Where the next page begins; absent on the last. */
  readonly continue?: string;
  /** How many items the next pages hold; absent when selectors make that unknown. */
  readonly remaining?: number;
}

/** One page of a collection, or all of it. */
export function list({ store }: RegistryParts, scope: Scope, query: ListQuery): Page {
  const selection = new Selection(scope, query);
  checkListQuery(query);
  const token = query.continue ? decodeContinue(query.continue) : undefined;
  const at = token ? (token.revision < 0 ? undefined : token.revision) : exactRevision(query);
  if (at !== undefined) checkNotFuture(at, store.revision);
  else checkNotFuture(parseResourceVersion(query.resourceVersion), store.revision);
  const pages = new Pages(selection, token, at, (prefix, options) => {
    try {
      return store.list(prefix, options);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      throw token ? new ContinueExpiredError(token) : expired(error.requested, error.compacted);
    }
  });
  const name = selection.exactValue('metadata.name');
  if (name !== undefined && at === undefined && (selection.namespace || !scope.resource.namespaced)) {
    const found = store.get(storageKey(scope.resource, selection.namespace, name));
    const items = found && selection.matches(found.object) ? [found] : [];
    return { items, revision: store.revision };
  }
  return pages.first(query.limit || Number.POSITIVE_INFINITY);
}

type ReadStore = (prefix: string, options: ListOptions) => ListResult;

/** How many objects are looked at in one go while a selector picks a few of many. */
const CHUNK = 500;

class Pages {
  readonly #selection: Selection;
  readonly #read: ReadStore;
  readonly #prefix: string;
  readonly #root: string;
  #after: string | undefined;
  #at: Revision | undefined;

  constructor(
    selection: Selection,
    token: ContinueToken | undefined,
    at: Revision | undefined,
    read: ReadStore,
  ) {
    this.#selection = selection;
    this.#read = read;
    this.#prefix = scopePrefix(selection);
    this.#root = collectionPrefix(selection.resource);
    this.#after = token && this.#root + token.after;
    this.#at = at;
  }

  first(limit: number): Page {
    if (this.#selection.isWhole || limit === Number.POSITIVE_INFINITY) return this.#plain(limit);
    const items: Stored[] = [];
    for (;;) {
      const { items: chunk, revision, remaining } = this.#next(Math.max(limit, CHUNK));
      this.#at = revision;
      for (const [index, stored] of chunk.entries()) {
        this.#after = stored.key;
        if (this.#selection.matches(stored.object)) items.push(stored);
        const isLast = remaining === 0 && index === chunk.length - 1;
        if (items.length === limit && !isLast) return { items, revision, continue: this.#token(revision) };
      }
      if (remaining === 0) return { items, revision };
    }
  }

  /** Everything that the store hands out belongs to the page, or there is but one page. */
  #plain(limit: number): Page {
    const { items, revision, remaining } = this.#next(limit);
    const selected = this.#selection.isWhole
      ? items
      : items.filter(({ object }) => this.#selection.matches(object));
    if (remaining === 0) return { items: selected, revision };
    this.#after = items.at(-1)!.key;
    return { items: selected, revision, continue: this.#token(revision), remaining };
  }

  #next(limit: number): ListResult {
    return this.#read(this.#prefix, {
      ...(this.#after !== undefined && { after: this.#after }),
      ...(this.#at !== undefined && { at: this.#at }),
      ...(limit !== Number.POSITIVE_INFINITY && { limit }),
    });
  }

  #token(revision: Revision): string {
    return encodeContinue({ revision, after: this.#after!.slice(this.#root.length) });
  }
}

const exactRevision = ({ resourceVersion, resourceVersionMatch }: ListQuery): Revision | undefined =>
  resourceVersionMatch === 'Exact' ? parseResourceVersion(resourceVersion) : undefined;

function checkListQuery(query: ListQuery): void {
  const errors = listQueryErrors(query);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

const MATCH = 'resourceVersionMatch';

function listQueryErrors({
  resourceVersion,
  resourceVersionMatch: match,
  continue: token,
}: ListQuery): FieldError[] {
  if (!match) {
    // Upstream refuses this with 400, in other words.
    return token && resourceVersion && resourceVersion !== '0'
      ? [forbiddenField('resourceVersion', 'specifying resource version is not allowed when using continue')]
      : [];
  }
  const errors: FieldError[] = [];
  if (!resourceVersion)
    errors.push(forbiddenField(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`));
  if (token) errors.push(forbiddenField(MATCH, `${MATCH} is forbidden when continue is provided`));
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && resourceVersion === '0') {
    errors.push(forbiddenField(MATCH, `${MATCH} "Exact" is forbidden for resourceVersion "0"`));
  }
  return errors;
}
