/** What a host needs to know of the cluster's services so that connections to them arrive. */
export interface ServiceTable {
  /** Tells one cluster from another that uses the same host. */
  readonly cluster: string;
  /** One for each port of each service. */
  readonly routes: readonly ServiceRoute[];
}

/** From the addresses of a service's port to those who serve it. All addresses are of IPv4. */
export interface ServiceRoute {
  /** `default/web:http`, or `default/web` for a port without a name. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly clusterIP: string;
  readonly port: number;
  /** At every address of the host. */
  readonly nodePort: number | undefined;
  readonly externalIPs: readonly string[];
  readonly loadBalancer: LoadBalancer;
  /** Who serves it: ready ones, else ones that end and still serve. `10.244.1.7:8080`. */
  readonly endpoints: readonly string[];
  /** The same among those on this host. */
  readonly localEndpoints: readonly string[];
  /** Connections from within the cluster go to this host's endpoints only. */
  readonly isInternalLocal: boolean;
  /** Connections from outside go to this host's endpoints only, and show where they come from. */
  readonly isExternalLocal: boolean;
  /** For how long a client is led to the endpoint that it had. */
  readonly affinitySeconds: number | undefined;
}

export interface LoadBalancer {
  readonly addresses: readonly string[];
  /** Who may come in at those addresses; everybody if empty. */
  readonly sourceRanges: readonly string[];
}
