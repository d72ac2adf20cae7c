import { ASK_API, WITH_HOST_ROOT } from '../apiInPod.ts';

const GRACE = { terminationGracePeriodSeconds: 1 };

const shell = (script: string) => ({ image: 'busybox:1', command: ['sh', '-c', script] });

const onNode = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } });

const hostFolder = (path: string) => ({
  volumes: [{ name: 'host', hostPath: { path, type: 'DirectoryOrCreate' } }],
});
const mounts = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };

const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { ...GRACE, ...spec },
});

/** Says hello; then again, and that it fails, when it is told to by a file; and bye when it has to go. */
export const talkingPod = (name: string, node: string): object =>
  pod(name, {
    ...onNode(node),
    terminationGracePeriodSeconds: 10,
    tolerations: [{ operator: 'Exists' }],
    containers: [{ name: 'main', ...shell(TALK) }],
  });

const TALK = `
trap 'echo bye; exit 0' TERM
echo hello
while :; do
  if rm /tmp/again 2>/dev/null; then echo again; fi
  if rm /tmp/fail 2>/dev/null; then echo failing; exit 1; fi
  sleep 0.1
done`;

/** Serves its own name over HTTP, and logs who asked. */
export const webPod = (name: string, node: string, hostPort?: number): object =>
  pod(name, {
    ...onNode(node),
    containers: [
      {
        name: 'web',
        ...shell('mkdir /www; hostname >/www/index.html; exec httpd -f -v -p 80 -h /www'),
        ports: [{ containerPort: 80, ...(hostPort && { hostPort }) }],
        readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 },
      },
    ],
  });

/** Asks the API by the address of its service, once, and ends. */
export const apiPod = (name: string, node: string): object =>
  pod(name, {
    ...onNode(node),
    restartPolicy: 'Never',
    ...WITH_HOST_ROOT.spec,
    containers: [{ name: 'main', ...shell(ASK_API), ...WITH_HOST_ROOT.container }],
  });

/** On every worker; each start leaves a line on its host. */
export const daemonSet = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...GRACE,
        ...hostFolder(`/var/lib/${name}`),
        containers: [
          {
            name: 'daemon',
            ...shell('echo "version $VERSION" >>/host/starts; exec sleep 1000'),
            env: [{ name: 'VERSION', value: '1' }],
            ...mounts,
          },
        ],
      },
    },
  },
});

export interface JobOptions {
  /** How often, and how many at once; once unless given. */
  readonly spec?: { readonly completions: number; readonly parallelism: number };
  /** Any unless given. */
  readonly node?: string;
}

/**
 * Runs until its host says so by a file `go`; each run leaves a line with its pod's name there. Its pods do not stay on a node
 * that is away.
 */
export const job = (name: string, { spec, node }: JobOptions = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...spec,
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...GRACE,
        ...hostFolder(`/var/lib/${name}`),
        ...(node && onNode(node)),
        restartPolicy: 'Never',
        tolerations: ['not-ready', 'unreachable'].map((state) => ({
          key: `node.kubernetes.io/${state}`,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 2,
        })),
        containers: [
          {
            name: 'work',
            ...shell('hostname >>/host/runs; until [ -e /host/go ]; do sleep 0.1; done'),
            ...mounts,
          },
        ],
      },
    },
  },
});
