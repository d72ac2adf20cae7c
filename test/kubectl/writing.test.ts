import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../support/api.ts';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS, type KubectlVersion } from '../support/kubectl.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster?.stop());

const configMap = (name: string, data: object) =>
  stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

const deployment = (image: string) =>
  stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
    },
  });

/** An editor that changes what it is given. */
const editor = (script: string) => ({ EDITOR: `sed -i ${script}`, KUBE_EDITOR: `sed -i ${script}` });

const objects: Row[] = [
  { run: 'create -f -', input: configMap('a', { color: 'blue' }), prints: /^configmap\/a created\n$/ },
  {
    run: 'create -f -',
    input: configMap('a', {}),
    code: 1,
    complains:
      /^Error from server \(AlreadyExists\): error when creating "STDIN": configmaps "a" already exists\n$/,
  },
  { run: 'apply -f -', input: configMap('b', { color: 'blue' }), prints: /^configmap\/b created\n$/ },
  { run: 'apply -f -', input: configMap('b', { color: 'blue' }), prints: /^configmap\/b unchanged\n$/ },
  {
    run: 'diff -f -',
    input: configMap('b', { color: 'red' }),
    code: 1,
    prints: [/^- {2}color: blue$/m, /^\+ {2}color: red$/m],
  },
  {
    run: 'apply -f - --dry-run=server',
    input: configMap('b', { color: 'red' }),
    prints: /^configmap\/b configured \(server dry run\)\n$/,
  },
  { run: 'get cm b -o jsonpath={.data.color}', prints: /^blue$/ },
  { run: 'apply -f -', input: configMap('b', { color: 'red' }), prints: /^configmap\/b configured\n$/ },
  { run: 'apply view-last-applied cm b', prints: /color: red/ },
  { run: 'replace -f -', input: configMap('b', { color: 'green' }), prints: /^configmap\/b replaced\n$/ },
  {
    run: 'replace --force -f -',
    input: configMap('b', { color: 'grey' }),
    prints: /configmap\/b replaced\n$/,
  },
  { run: 'patch cm b -p {"data":{"size":"1"}}', prints: /^configmap\/b patched\n$/ },
  { run: 'patch cm b -p {"data":{"size":"1"}}', prints: /^configmap\/b patched \(no change\)\n$/ },
  { run: 'patch cm b --type=merge -p {"data":{"size":null}}', prints: /^configmap\/b patched\n$/ },
  {
    run: 'patch cm b --type=json -p [{"op":"add","path":"/data/shape","value":"round"}]',
    prints: /^configmap\/b patched\n$/,
  },
  { run: 'get cm b -o jsonpath={.data}', prints: /^\{"color":"grey","shape":"round"\}$/ },
  { run: 'edit cm b', env: editor('s/round/square/'), prints: /^configmap\/b edited\n$/ },
  {
    run: 'edit cm b',
    env: editor('s/nothing/something/'),
    complains: /^Edit cancelled, no changes made\.\n$/,
  },
  { run: 'get cm b -o jsonpath={.data.shape}', prints: /^square$/ },
  { run: 'label cm b tier=back', prints: /^configmap\/b labeled\n$/ },
  {
    run: 'label cm b tier=front',
    code: 1,
    complains: /already has a value \(back\), and --overwrite is false/,
  },
  { run: 'label cm b tier=front --overwrite', prints: /^configmap\/b labeled\n$/ },
  {
    run: 'label cm b tier=not/valid! --overwrite',
    code: 1,
    complains: /^error: invalid label value: "tier=not\/valid!"/,
  },
  { run: 'annotate cm b note=hello', prints: /^configmap\/b annotated\n$/ },
  { run: 'annotate cm b note-', prints: /^configmap\/b annotated\n$/ },
  { run: 'create cm c --from-literal=x=1 --from-literal=y=2', prints: /^configmap\/c created\n$/ },
  { run: 'create secret generic s --from-literal=x=1', prints: /^secret\/s created\n$/ },
  { run: 'create serviceaccount robot', prints: /^serviceaccount\/robot created\n$/ },
  { run: 'create token robot', prints: /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n?$/, only: 'v1.35.2' },
  {
    run: 'create role viewer --verb=get --resource=pods',
    prints: /^role\.rbac\.authorization\.k8s\.io\/viewer created\n$/,
  },
  {
    run: 'create rolebinding viewers --role=viewer --user=jane',
    prints: /^rolebinding\.rbac\.authorization\.k8s\.io\/viewers created\n$/,
  },
  { run: 'create quota q --hard=pods=50', prints: /^resourcequota\/q created\n$/ },
  { run: 'create service clusterip svc --tcp=80:8080', prints: /^service\/svc created\n$/ },
  {
    run: 'create cronjob nightly --image=busybox --schedule=61_*_*_*_*',
    code: 1,
    complains: /nightly|cron|invalid/i,
  },
  { run: 'create job one --image=busybox', prints: /^job\.batch\/one created\n$/ },
  { run: 'delete job one', prints: /^job\.batch "one" deleted/ },
  { run: 'delete cm a c', prints: /^configmap "a" deleted.*\nconfigmap "c" deleted/ },
  { run: 'delete cm a', code: 1, complains: /^Error from server \(NotFound\): configmaps "a" not found\n$/ },
  { run: 'delete cm a --ignore-not-found', prints: /^$/ },
  { run: 'delete secret -l nobody=has', prints: /^No resources found\n$/ },
  { run: 'delete rolebinding --all', prints: /^rolebinding\.rbac\.authorization\.k8s\.io "viewers" deleted/ },
];

const serverSide: Row[] = [
  {
    run: 'apply --server-side -f -',
    input: configMap('owned', { a: '1', b: '1' }),
    prints: /^configmap\/owned serverside-applied\n$/,
  },
  {
    run: 'apply --server-side --field-manager=other -f -',
    input: configMap('owned', { a: '2' }),
    code: 1,
    complains: /Apply failed with 1 conflict: conflict with "kubectl(-client-side-apply)?"(.|\n)*\.data\.a/,
  },
  {
    run: 'apply --server-side --field-manager=other --force-conflicts -f -',
    input: configMap('owned', { a: '2' }),
    prints: /serverside-applied/,
  },
  { run: 'get cm owned -o jsonpath={.data}', prints: /^\{"a":"2","b":"1"\}$/ },
  { run: 'apply --server-side -f -', input: configMap('owned', {}), prints: /serverside-applied/ },
  { run: 'get cm owned -o jsonpath={.data}', prints: /^\{"a":"2"\}$/ },
];

const workloads: Row[] = [
  { run: 'apply -f -', input: deployment('nginx:1.24'), prints: /^deployment\.apps\/web created\n$/ },
  { run: 'rollout status deploy/web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  { run: 'scale deploy web --replicas=3', prints: /^deployment\.apps\/web scaled\n$/ },
  {
    run: 'scale deploy web --current-replicas=7 --replicas=1',
    code: 1,
    complains: /Expected replicas to be 7, was 3/,
  },
  { run: 'rollout status deploy web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  { run: 'get deploy web -o jsonpath={.status.readyReplicas}', prints: /^3$/ },
  { run: 'set image deploy/web web=nginx:1.25 --record', prints: /^deployment\.apps\/web image updated\n$/ },
  { run: 'rollout status deploy web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  {
    run: 'rollout history deploy web',
    prints: /^1\s+<none>\n2\s+\S+ set image deploy\/web web=nginx:1\.25 .*--record=true\n/m,
  },
  { run: 'rollout pause deploy web', prints: /^deployment\.apps\/web paused\n$/ },
  { run: 'set env deploy/web A=1', prints: /^deployment\.apps\/web env updated\n$/ },
  { run: 'rollout undo deploy web', code: 1, complains: /cannot rollback a paused deployment/ },
  { run: 'rollout resume deploy web', prints: /^deployment\.apps\/web resumed\n$/ },
  { run: 'rollout status deploy web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  { run: 'rollout undo deploy web --to-revision=1', prints: /^deployment\.apps\/web rolled back\n$/ },
  { run: 'rollout status deploy web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[0].image}', prints: /^nginx:1\.24$/ },
  { run: 'rollout restart deploy web', prints: /^deployment\.apps\/web restarted\n$/ },
  { run: 'rollout status deploy web --timeout=60s', prints: /deployment "web" successfully rolled out\n$/ },
  {
    run: 'set resources deploy web --limits=cpu=200m',
    prints: /^deployment\.apps\/web resource requirements updated\n$/,
  },
  { run: 'autoscale deploy web --max=3', code: 1, complains: /./ },
  { run: 'expose deploy web --port=80', prints: /^service\/web exposed\n$/ },
  {
    run: 'delete deploy web --cascade=foreground',
    prints: /^deployment\.apps "web" deleted/,
    only: 'v1.35.2',
  },
  { run: 'delete deploy web', prints: /^deployment\.apps "web" deleted/, only: 'v1.20.0' },
  { run: 'wait --for=delete pod -l app=web --timeout=60s', only: 'v1.35.2' },
];

for (const version of KUBECTL_VERSIONS) {
  const namespace = `writing-${version.replaceAll('.', '-')}`;
  const rows = (some: Row[]) => testRows(() => cluster, version, namespace, some);
  test(`${version}: kubectl create ns`, async () => {
    const { stdout } = await cluster.kubectl(version, 'create', 'ns', namespace);
    expect(stdout).toBe(`namespace/${namespace} created\n`);
  });
  describe(`objects by ${version}`, () => rows(objects));
  describe(`server-side apply by ${version}`, () => rows(serverSide));
  describe(`workloads by ${version}`, () => rows(workloads));
  describe(`nodes by ${version}`, () => nodesBy(version, namespace));
  test(`${version}: kubectl delete ns waits until everything is gone`, async () => {
    const { stdout, code } = await cluster.kubectl(version, 'delete', 'ns', namespace);
    expect(stdout).toBe(`namespace "${namespace}" deleted\n`);
    expect(code).toBe(0);
    expect(await cluster.api.list(`/api/v1/namespaces/${namespace}/configmaps`)).toEqual([]);
  });
}

function nodesBy(version: KubectlVersion, namespace: string) {
  const rows = (some: Row[]) => testRows(() => cluster, version, namespace, some);
  rows([
    { run: 'taint node node02 dedicated=db:NoSchedule', prints: /^node\/node02 tainted\n$/ },
    {
      run: 'taint node node02 dedicated=db:NoSchedule',
      code: 1,
      complains: /already has dedicated taint\(s\) with same effect\(s\) and --overwrite is false/,
    },
    { run: 'describe node node02', prints: /^Taints:\s+dedicated=db:NoSchedule$/m },
    { run: 'taint node node02 dedicated-', prints: /^node\/node02 untainted\n$/ },
    { run: 'cordon node03', prints: /^node\/node03 cordoned\n$/ },
    { run: 'cordon node03', prints: /^node\/node03 already cordoned\n$/ },
    { run: 'get node node03', prints: /Ready,SchedulingDisabled/ },
    { run: 'uncordon node03', prints: /^node\/node03 uncordoned\n$/ },
    {
      run: 'create deploy drained --image=nginx --replicas=3',
      prints: /^deployment\.apps\/drained created\n$/,
    },
    { run: 'rollout status deploy drained --timeout=60s', prints: /successfully rolled out/ },
  ]);

  test(`${version}: kubectl drain empties a node, whose pods come back elsewhere`, async () => {
    const { stdout, code, stderr } = await cluster.kubectlWith(
      {},
      version,
      'drain',
      'node01',
      '--ignore-daemonsets',
      '--timeout=60s',
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^node\/node01 cordoned\n/);
    expect(stdout).toMatch(/evicting pod \S+\/drained-/);
    expect(stdout).toMatch(/node\/node01 (evicted|drained)\n$/);
    const pods = await cluster.watchAll(`/api/v1/namespaces/${namespace}/pods`);
    const isElsewhere = ({ spec, status }: Json) => status.phase === 'Running' && spec.nodeName !== 'node01';
    await pods.until('three pods run elsewhere', (all) => all.length === 3 && all.every(isElsewhere));
    pods.stop();
    expect((await cluster.kubectl(version, 'uncordon', 'node01')).stdout).toBe('node/node01 uncordoned\n');
  });
}
