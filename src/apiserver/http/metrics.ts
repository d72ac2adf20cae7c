import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../../store/store.ts';
import type { HttpResponse } from './message.ts';
import { processMetrics } from './processMetrics.ts';
import type { RequestInfo } from './requestInfo.ts';

const LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;
const BUCKETS_SECONDS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

/** What is measured of requests, under upstream's names. */
export class ApiMetrics {
  readonly registry = new Registry();
  readonly #total = this.#counter(
    'apiserver_request_total',
    'Requests, by verb, resource and response code.',
    [...LABELS, 'code'],
  );
  readonly #duration = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'How long requests took, in seconds; watches are not counted.',
    labelNames: [...LABELS],
    buckets: BUCKETS_SECONDS,
    registers: [this.registry],
  });
  readonly #inFlight = new Gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests being answered now.',
    labelNames: ['request_kind'],
    registers: [this.registry],
  });
  readonly #watches = new Gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Watches, logs and other requests that go on.',
    labelNames: ['verb', 'resource'],
    registers: [this.registry],
  });

  constructor(store: Store) {
    new Gauge({
      name: 'apiserver_storage_revision',
      help: 'The newest committed revision of the store.',
      registers: [this.registry],
      collect() {
        this.set(store.revision);
      },
    });
  }

  /** Counts a request as it begins. */
  begin(isWrite: boolean): void {
    this.#inFlight.inc({ request_kind: isWrite ? 'mutating' : 'readOnly' });
  }

  /** Counts it as answered. */
  end(info: RequestInfo | undefined, isWrite: boolean, code: number, durationMs: number): void {
    this.#inFlight.dec({ request_kind: isWrite ? 'mutating' : 'readOnly' });
    const labels = labelsOf(info);
    this.#total.inc({ ...labels, code });
    if (labels.verb !== 'WATCH') this.#duration.observe(labels, durationMs / 1000);
  }

  /** Counts something that goes on; the returned function counts its end. */
  beginStream(info: RequestInfo | undefined): () => void {
    const { verb, resource } = labelsOf(info);
    this.#watches.inc({ verb, resource });
    return () => this.#watches.dec({ verb, resource });
  }

  async answer(): Promise<HttpResponse> {
    const body = `${await this.registry.metrics()}\n${await processMetrics()}`;
    return { status: 200, headers: { 'content-type': this.registry.contentType }, body };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/** Only what is known to be served may become a label: who asks for always new paths must not fill the memory. */
function labelsOf(info: RequestInfo | undefined) {
  const resource = info?.resource;
  if (!resource) return { verb: 'OTHER', group: '', version: '', resource: '', subresource: '', scope: '' };
  return {
    verb: info.verb.toUpperCase(),
    group: resource.group,
    version: resource.version,
    resource: resource.plural,
    subresource: resource.subresource,
    scope: resource.name ? 'resource' : resource.namespace ? 'namespace' : 'cluster',
  };
}
