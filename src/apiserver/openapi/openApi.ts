import { createHash } from 'node:crypto';
import { documentV2 } from './documentV2.ts';
import { documentV3 } from './documentV3.ts';
import { encodeDocument } from './protobufV2.ts';
import { groupVersionPath, type ServedResource } from './servedResource.ts';

/** A document as it is sent. */
export interface OpenApiDocument {
  readonly bytes: Uint8Array;
  /** The same for the same bytes: the ETag, without its quotes, and `?hash=` of version 3. */
  readonly hash: string;
}

/** What `kubectl` ≤ 1.26 accepts for the protobuf of version 2: with the `@` up to 1.22, with a dot since. */
export const PROTOBUF_V2_ACCEPTED: readonly string[] = [
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
];

/** The content type of that protobuf in an answer: Go's mime package cannot read the form with the `@`. */
export const PROTOBUF_V2_CONTENT_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * The OpenAPI documents of a server. Each is made when it is first asked for, because few clients ask, and then
 * kept as bytes.
 */
export class OpenApi {
  readonly #served: () => readonly ServedResource[];
  readonly #release: string;
  readonly #made = new Map<string, { of: readonly ServedResource[]; document: OpenApiDocument }>();

  /** What is served is asked for each time. `release` is the version of the server, as in `v1.36.0`. */
  constructor(served: () => readonly ServedResource[], release: string) {
    this.#served = served;
    this.#release = release;
  }

  /** `/openapi/v3`: where the document of each group and version is. */
  v3Index(): OpenApiDocument {
    return this.#once('v3', this.#served(), () => {
      const paths = this.#groupVersions().map(({ group, version }) => {
        const path = groupVersionPath(group, version);
        const { hash } = this.v3Document(group, version)!;
        return [path.slice(1), { serverRelativeURL: `/openapi/v3${path}?hash=${hash}` }];
      });
      return Buffer.from(JSON.stringify({ paths: Object.fromEntries(paths) }));
    });
  }

  /** `/openapi/v3/apis/<group>/<version>`, or undefined when nothing of it is served. */
  v3Document(group: string, version: string): OpenApiDocument | undefined {
    const resources = this.#served().filter((each) => each.group === group && each.version === version);
    if (resources.length === 0) return undefined;
    return this.#once(`v3 ${group}/${version}`, resources, () =>
      Buffer.from(JSON.stringify(documentV3(resources, group, version, this.#release))),
    );
  }

  /** `/openapi/v2`; as protobuf it is gnostic's `openapi.v2.Document`. */
  v2(format: 'json' | 'protobuf'): OpenApiDocument {
    const served = this.#served();
    return this.#once(`v2 ${format}`, served, () => {
      const document = documentV2(served, this.#release);
      return format === 'json' ? Buffer.from(JSON.stringify(document)) : encodeDocument(document);
    });
  }

  #groupVersions() {
    const unique = new Map(
      this.#served().map(({ group, version }) => [`${group}/${version}`, { group, version }]),
    );
    return [...unique.values()];
  }

  /** Makes a document anew only when other resources are served than those that it was made of. */
  #once(key: string, of: readonly ServedResource[], make: () => Uint8Array): OpenApiDocument {
    const made = this.#made.get(key);
    if (made && isSame(made.of, of)) return made.document;
    const bytes = make();
    const document = { bytes, hash: createHash('sha512').update(bytes).digest('hex').toUpperCase() };
    this.#made.set(key, { of, document });
    return document;
  }
}

const isSame = (a: readonly ServedResource[], b: readonly ServedResource[]): boolean =>
  a === b || (a.length === b.length && a.every((each, index) => each === b[index]));
