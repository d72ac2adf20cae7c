import { apiVersionOf } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';
import { type CatalogResource, catalogOf, type ReviewType } from './discovery/catalog.ts';
import { ServedKind } from './servedKind.ts';

interface KindPath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export const pathKey = ({ group, version, plural }: KindPath): string =>
  `${apiVersionOf(group, version)}/${plural}`;

/** The kinds that are served, in all their versions, by path. Those that are built in stay; custom ones come and go. */
export class KindTable {
  readonly #byPath = new Map<string, ServedKind>();
  readonly #builtIn: readonly CatalogResource[];
  /** The versions of each custom kind, by a name that its owner gives it. */
  readonly #custom = new Map<string, { kinds: readonly ServedKind[]; entries: readonly CatalogResource[] }>();
  #catalog: readonly CatalogResource[];

  /** `more` is what is answered in another way, but belongs into the catalog. */
  constructor(
    resources: readonly Resource[],
    reviews: readonly ReviewType[],
    more: readonly CatalogResource[] = [],
  ) {
    const kinds = resources.flatMap((resource) =>
      [undefined, ...(resource.alternatives ?? [])].map(
        (alternative) => new ServedKind(resource, alternative),
      ),
    );
    for (const kind of kinds) this.#byPath.set(pathOf(kind), kind);
    this.#builtIn = [...catalogOf(kinds, reviews), ...more];
    this.#catalog = this.#builtIn;
  }

  find(path: KindPath): ServedKind | undefined {
    return this.#byPath.get(pathKey(path));
  }

  /** All that there is, for discovery and OpenAPI: the same list until something changes. */
  get catalog(): readonly CatalogResource[] {
    return this.#catalog;
  }

  /** Serves these versions of a custom kind, and none that it had before. */
  setCustom(name: string, versions: readonly Resource[]): void {
    for (const kind of this.#custom.get(name)?.kinds ?? []) this.#byPath.delete(pathOf(kind));
    const kinds = versions
      .map((version) => new ServedKind(version))
      // What is built in goes before what has its name.
      .filter((kind) => !this.#byPath.has(pathOf(kind)));
    for (const kind of kinds) this.#byPath.set(pathOf(kind), kind);
    if (kinds.length > 0) this.#custom.set(name, { kinds, entries: catalogOf(kinds, []) });
    else this.#custom.delete(name);
    this.#catalog = [...this.#builtIn, ...[...this.#custom.values()].flatMap(({ entries }) => entries)];
  }
}

const pathOf = ({ group, version, resource }: ServedKind): string =>
  pathKey({ group, version, plural: resource.plural });
