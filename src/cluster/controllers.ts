import { BootstrapSignerController } from '../controllers/bootstrapsigner/controller.ts';
import { BootstrapTokenController } from '../controllers/bootstraptoken/controller.ts';
import { CertificateController, type Signer } from '../controllers/certificates/controller.ts';
import { CronJobController } from '../controllers/cronjob/controller.ts';
import { CustomResourceDefinitionController } from '../controllers/customresourcedefinition/controller.ts';
import { DaemonJobController } from '../controllers/daemonjob/controller.ts';
import { DaemonSetController } from '../controllers/daemonset/controller.ts';
import { DeploymentController } from '../controllers/deployment/controller.ts';
import { DisruptionController } from '../controllers/disruption/controller.ts';
import { StaleDisruptionController } from '../controllers/disruption/staleConditions.ts';
import { EndpointsController } from '../controllers/endpoints/controller.ts';
import { EndpointSliceController } from '../controllers/endpointslice/controller.ts';
import { EndpointSliceMirroringController } from '../controllers/endpointslicemirroring/controller.ts';
import { EventTtlController } from '../controllers/eventttl/controller.ts';
import type { Controller, ControllerContext } from '../controllers/framework/controller.ts';
import { ControllerLoop, type ReportError } from '../controllers/framework/controllerLoop.ts';
import { GarbageCollector } from '../controllers/garbagecollector/controller.ts';
import { JobController } from '../controllers/job/controller.ts';
import { JobRerunController } from '../controllers/jobrerun/controller.ts';
import { KubernetesServiceController } from '../controllers/kubernetesservice/controller.ts';
import { NamespaceController } from '../controllers/namespace/controller.ts';
import { NodeIpamController } from '../controllers/nodeipam/controller.ts';
import { NodeLifecycleController } from '../controllers/nodelifecycle/controller.ts';
import { NodeStartupController } from '../controllers/nodestartup/controller.ts';
import { NodeTtlController } from '../controllers/nodettl/controller.ts';
import type { Deliveries } from '../controllers/notification/deliveries.ts';
import { JobNotificationController } from '../controllers/notification/jobController.ts';
import { MissedRunController } from '../controllers/notification/missedController.ts';
import { PodGcController } from '../controllers/podgc/controller.ts';
import { ReplicaSetController } from '../controllers/replicaset/controller.ts';
import { ReplicationManager } from '../controllers/replicationcontroller/controller.ts';
import { ResourceQuotaController } from '../controllers/resourcequota/controller.ts';
import { rootCaController } from '../controllers/rootca/controller.ts';
import { serviceAccountController } from '../controllers/serviceaccount/controller.ts';
import { ServiceAccountTokenController } from '../controllers/serviceaccounttoken/controller.ts';
import { StatefulSetController } from '../controllers/statefulset/controller.ts';
import { TtlAfterFinishedController } from '../controllers/ttlafterfinished/controller.ts';
import { allResources } from '../resources/allResources.ts';
import type { ServerAddress } from '../runtime/runtime.ts';

export interface ControllerOptions {
  /** `10.244.0.0/16`: pods' addresses, a /24 of it per node. */
  readonly clusterCidr: string;
  /** Where CronJobs without `timeZone` read their schedule. */
  readonly localTimeZone: string;
  /** Absent in a cluster that nobody joins over the network. */
  readonly signer: Signer | undefined;
  /** What pods trust the API server by. */
  readonly rootCertificate: string;
  /** Where the API server is. */
  readonly server: ServerAddress;
  /** How users are told of runs. */
  readonly deliveries: Deliveries;
  readonly reportError: ReportError;
  /** Puts something in the place of a controller: to watch it, or to see what a broken one does. */
  readonly wrapController?: WrapController | undefined;
}

export type WrapController = <Seen, Action>(controller: Controller<Seen, Action>) => Controller<Seen, Action>;

/** Nobody owns events and leases by reference, and there are many of them. */
const NOT_COLLECTED: ReadonlySet<string> = new Set(['events', 'leases']);

/** Every controller of the control plane, each in its loop; none of them running yet. */
export function allControllers(
  context: ControllerContext,
  options: ControllerOptions,
): readonly ControllerLoop<unknown, unknown>[] {
  const loop = <Seen, Action>(controller: Controller<Seen, Action>) =>
    new ControllerLoop(
      options.wrapController?.(controller) ?? controller,
      context,
      options.reportError,
    ) as ControllerLoop<unknown, unknown>;
  const namespaced = allResources.filter((type) => type.namespaced);
  const collected = allResources.filter(({ plural }) => !NOT_COLLECTED.has(plural));
  return [
    loop(new DaemonSetController(context)),
    loop(new DaemonJobController(context)),
    loop(new JobController(context)),
    loop(new JobRerunController(context)),
    loop(new CronJobController(context, options.localTimeZone)),
    loop(new JobNotificationController(context, options.deliveries)),
    loop(new MissedRunController(context, options.deliveries, options.localTimeZone)),
    loop(new ReplicaSetController(context)),
    loop(new ReplicationManager(context)),
    loop(new DeploymentController(context)),
    loop(new StatefulSetController(context)),
    loop(new EndpointSliceController(context)),
    loop(new EndpointsController(context)),
    loop(new EndpointSliceMirroringController(context)),
    loop(new KubernetesServiceController(context, options.server)),
    loop(new DisruptionController(context)),
    loop(new StaleDisruptionController(context)),
    loop(new CustomResourceDefinitionController(context)),
    loop(new GarbageCollector(context, collected)),
    loop(new NamespaceController(context, namespaced)),
    loop(new ResourceQuotaController(context, namespaced)),
    loop(new NodeIpamController(context, options.clusterCidr)),
    loop(new NodeLifecycleController(context)),
    loop(new NodeStartupController(context)),
    loop(new NodeTtlController(context)),
    loop(new PodGcController(context)),
    loop(new TtlAfterFinishedController(context)),
    loop(serviceAccountController(context)),
    loop(new ServiceAccountTokenController(context, options.rootCertificate)),
    loop(new BootstrapTokenController(context)),
    loop(new BootstrapSignerController(context)),
    loop(new EventTtlController()),
    loop(rootCaController(context, options.rootCertificate)),
    ...(options.signer === undefined ? [] : [loop(new CertificateController(context, options.signer))]),
  ];
}
