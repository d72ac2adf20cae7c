const GRACE = { terminationGracePeriodSeconds: 1 };

const object = (apiVersion: string, kind: string, name: string, spec: object): object => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
});

/** Of pods with that label `app`; `spec` besides. */
export const service = (name: string, spec: object, app = name): object =>
  object('v1', 'Service', name, { selector: { app }, ...spec });

/** So many pods that answer with their own names over HTTP, and over UDP. */
export const webDeployment = (name: string, replicas: number): object =>
  object('apps/v1', 'Deployment', name, {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...GRACE,
        // One on each host, as long as they go.
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { app: name } },
          },
        ],
        containers: [
          {
            name: 'web',
            image: 'busybox:1',
            command: ['sh', '-c', WEB],
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
  });

/** A service without pods, whose only endpoint is the DNS of the host of whoever asks. */
export const dnsBehindService = (name: string): object[] => [
  object('v1', 'Service', name, { ports: [{ port: 53, protocol: 'UDP' }] }),
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 53, protocol: 'UDP' }],
    endpoints: [{ addresses: ['10.96.0.10'] }],
  },
];

const WEB = 'mkdir /www; hostname >/www/index.html; exec httpd -f -v -p 8080 -h /www';

/** A pod that does nothing: what others run in it is what counts. */
export const idlePod = (name: string, node: string): object =>
  object('v1', 'Pod', name, {
    ...GRACE,
    nodeSelector: { 'kubernetes.io/hostname': node },
    containers: [{ name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }],
  });

/** An Indexed Job whose pods say `met` when they have found all of them by their names, and stay. */
export const meetingJob = (name: string, pods: number): object =>
  object('batch/v1', 'Job', name, {
    completions: pods,
    parallelism: pods,
    completionMode: 'Indexed',
    template: {
      spec: {
        ...GRACE,
        subdomain: name,
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'busybox:1', command: ['sh', '-c', meet(name, pods)] }],
      },
    },
  });

const meet = (name: string, pods: number): string => `
echo here >/tmp/index.html
httpd -p 80 -h /tmp
for index in $(seq 0 ${pods - 1}); do
  until wget -q -O - http://${name}-$index.${name}/; do sleep 0.2; done
done
echo met
sleep 1000`;
