import type { ApiServer } from '../apiserver/apiServer.ts';
import type { Client } from '../client/client.ts';
import { EventRecorder } from '../client/eventRecorder.ts';
import { Informers } from '../client/informers.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { ReportError } from '../controllers/framework/controllerLoop.ts';
import type { Courier } from '../controllers/notification/courier.ts';
import { Deliveries } from '../controllers/notification/deliveries.ts';
import type { CertificateAuthority } from '../pki/certificateAuthority.ts';
import { requestSubject } from '../pki/certificateRequest.ts';
import type { ServerAddress } from '../runtime/runtime.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { Compactor } from '../store/compactor.ts';
import type { Store } from '../store/store.ts';
import { CLUSTER_CIDR } from './clusterCidr.ts';
import { ControllerMetrics } from './controllerMetrics.ts';
import { allControllers, type WrapController } from './controllers.ts';

export interface ControlPlaneOptions {
  readonly store: Store;
  readonly apiServer: ApiServer;
  readonly clock: Clock;
  /** What certificates are signed by; `clock` unless given. */
  readonly realTime?: Clock;
  readonly random: Random;
  /** Where CronJobs without `timeZone` read their schedule. */
  readonly localTimeZone: string;
  /** Absent in a cluster that nobody joins over the network. */
  readonly authority: CertificateAuthority | undefined;
  /** Where the API server is. */
  readonly server: ServerAddress;
  /** Carries what users want to be told. */
  readonly courier: Courier;
  readonly reportError: ReportError;
  readonly wrapController?: WrapController | undefined;
}

/** Everything that runs beside the API server on a master: the controllers and the scheduler. */
export class ControlPlane {
  readonly informers: Informers;
  readonly #loops: ReturnType<typeof allControllers>;
  readonly #scheduler: Scheduler;
  readonly #compactor: Compactor;
  readonly #deliveries: Deliveries;

  constructor(options: ControlPlaneOptions) {
    const { apiServer, clock, random, authority } = options;
    const client = apiServer.client({
      user: 'system:kube-controller-manager',
      manager: 'kube-controller-manager',
    });
    this.informers = new Informers(client, clock);
    const metrics = new ControllerMetrics(apiServer.metrics);
    const context = {
      client,
      informers: this.informers,
      clock,
      random: random.stream('controllers'),
      metrics,
      recorder: (component: string) => new EventRecorder({ client, clock, component }),
    };
    this.#deliveries = new Deliveries(context, options.courier);
    this.#loops = allControllers(context, {
      clusterCidr: CLUSTER_CIDR,
      localTimeZone: options.localTimeZone,
      signer: authority && signerOf(authority, options.realTime ?? clock),
      // Pods wait for their bundle of certificates, even where there is none to trust.
      rootCertificate: authority?.certificate ?? '',
      server: options.server,
      deliveries: this.#deliveries,
      reportError: options.reportError,
      wrapController: options.wrapController,
    });
    metrics.showDepths(this.#loops);
    this.#scheduler = this.#makeScheduler(options);
    this.#compactor = new Compactor(options.store, clock);
  }

  #makeScheduler({ apiServer, clock, random }: ControlPlaneOptions): Scheduler {
    const client: Client = apiServer.client({ user: 'system:kube-scheduler', manager: 'kube-scheduler' });
    const recorder = new EventRecorder({ client, clock, component: 'default-scheduler' });
    return new Scheduler({
      client,
      informers: this.informers,
      clock,
      random: random.stream('scheduler'),
      recorder,
    });
  }

  /** Resolves when all caches have synced and everything is at work. */
  async start(): Promise<void> {
    await this.informers.start();
    for (const loop of this.#loops) loop.start();
    await this.#scheduler.start();
  }

  async stop(): Promise<void> {
    this.#compactor.stop();
    this.#deliveries.stop();
    const stopped = Promise.all([this.#scheduler.stop(), ...this.#loops.map((loop) => loop.stop())]);
    // Now, so that nobody waits for news that may never come.
    this.informers.stop();
    await stopped;
  }
}

const signerOf = (authority: CertificateAuthority, clock: Clock) => ({
  sign: (
    request: string,
    { usage, lifeMs }: { usage: 'client auth' | 'server auth'; lifeMs: number | undefined },
  ) =>
    authority.signRequest(request, {
      usages: [usage],
      now: clock.now(),
      ...(lifeMs !== undefined && { lifeMs }),
    }),
  subjectOf: requestSubject,
});
