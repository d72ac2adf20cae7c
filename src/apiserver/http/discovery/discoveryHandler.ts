import { createHash } from 'node:crypto';
import { type HttpRequest, type HttpResponse, header } from '../message.ts';
import { mediaRanges } from '../negotiation.ts';
import { jsonResponse } from '../respond.ts';
import { aggregatedContentType, aggregatedList, aggregatedVersion } from './aggregated.ts';
import { type CatalogResource, type GroupVersion, groupVersionsOf } from './catalog.ts';
import { groupDocument, groupList, legacyVersions, resourceList } from './discovery.ts';
import { inOrderFor } from './preferredVersions.ts';

/** Answers what is served: `/api`, `/apis` and what is below them. */
export class DiscoveryHandler {
  readonly #catalog: () => readonly CatalogResource[];
  #grouped: { of: readonly CatalogResource[]; versions: readonly GroupVersion[] } | undefined;

  /** The catalog is asked for each time; while it is the very same, so is what is made of it. */
  constructor(catalog: () => readonly CatalogResource[]) {
    this.#catalog = catalog;
  }

  get #versions(): readonly GroupVersion[] {
    const of = this.#catalog();
    if (this.#grouped?.of !== of) this.#grouped = { of, versions: groupVersionsOf(of) };
    return this.#grouped.versions;
  }

  /** Undefined for a path that is not one of discovery. */
  answer(request: HttpRequest, segments: readonly string[]): HttpResponse | undefined {
    const [root, group, version, ...more] = segments;
    if (more.length > 0) return undefined;
    if (root === 'api')
      return group ? (version ? undefined : this.#resources('', group)) : this.#root(request, true);
    if (root !== 'apis') return undefined;
    if (!group) return this.#root(request, false);
    if (version) return this.#resources(group, version);
    const document = groupDocument(group, this.#versionsFor(request));
    return document && jsonResponse(document);
  }

  #root(request: HttpRequest, isLegacy: boolean): HttpResponse {
    const wanted = aggregatedVersion(mediaRanges(header(request, 'accept') ?? ''));
    const versions = this.#versionsFor(request).filter(({ group }) => (group === '') === isLegacy);
    if (!wanted)
      return jsonResponse(isLegacy ? legacyVersions(header(request, 'host') ?? '') : groupList(versions));
    return withTag(request, aggregatedList(wanted, versions), aggregatedContentType(wanted));
  }

  #versionsFor(request: HttpRequest): readonly GroupVersion[] {
    return inOrderFor(header(request, 'user-agent') ?? '', this.#versions);
  }

  #resources(group: string, version: string): HttpResponse | undefined {
    const found = this.#versions.find((each) => each.group === group && each.version === version);
    return found && jsonResponse(resourceList(found));
  }
}

/** Clients keep aggregated discovery and ask whether it is still the same. */
function withTag(request: HttpRequest, document: object, contentType: string): HttpResponse {
  const body = JSON.stringify(document);
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
  const headers = { 'content-type': contentType, etag, vary: 'Accept', 'cache-control': 'public' };
  return header(request, 'if-none-match') === etag
    ? { status: 304, headers }
    : { status: 200, headers, body };
}
