import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../support/api.ts';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

const manifest = join(import.meta.dirname, 'reading.yaml');

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
  const applied = await cluster.kubectl('v1.35.2', 'apply', '-f', manifest);
  expect(applied.code, applied.stderr).toBe(0);
  const pods = await cluster.watchAll('/api/v1/namespaces/reading/pods');
  await pods.until('all run or are done', (all) => all.length === 9 && all.every(isSettled));
  const jobs = await cluster.watchAll('/apis/batch/v1/namespaces/reading/jobs');
  await jobs.until('the job is complete', (all) => all.some(({ status }) => status.succeeded === 1));
});
afterAll(() => cluster?.stop());

const isSettled = ({ status, metadata }: Json) =>
  status.phase === (metadata.name.startsWith('once') ? 'Succeeded' : 'Running');

const row = (run: string, prints: Row['prints'], more: Partial<Row> = {}): Row => ({
  run,
  ...(prints && { prints }),
  ...more,
});

/** The address of a pod. */
const POD = '10\\.24[4-7]\\.\\d+\\.\\d+';

const getting: Row[] = [
  row('get pod alone', /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\nalone\s+1\/1\s+Running\s+0\s+\d+\w\n$/),
  row(
    'get po -o wide',
    /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES\n/,
  ),
  row('get pod alone -o yaml', [
    /^apiVersion: v1\n/,
    /^kind: Pod$/m,
    /^ {2}name: alone$/m,
    /^ {2}phase: Running$/m,
  ]),
  row('get pod alone -o json', [/^\{\n {4}"apiVersion": "v1",\n/, /"kind": "Pod"/]),
  row('get pods -l app=web -o name', /^(pod\/web-[a-z0-9]+-\w{5}\n){2}$/),
  row('get pods -o jsonpath={.items[0].metadata.name}', /^agent-\w{5}$/),
  row(
    'get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image',
    /^NAME\s+IMAGE\n[\s\S]*^alone\s+busybox:1\.36$/m,
  ),
  row('get pods -o go-template={{range.items}}{{.metadata.name}},{{end}}', /^(agent-\w{5},){3}alone,/),
  row('get pods --sort-by=.metadata.creationTimestamp', /^NAME\s+READY/),
  row('get pods --sort-by={.metadata.name} --no-headers', /^agent-\w{5} [\s\S]*\nweb-\S+ .*\n$/),
  row(
    'get pods --show-labels -L app',
    /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+APP\s+LABELS\n[\s\S]*alone\s+app=alone/m,
  ),
  row('get pods --field-selector=metadata.name=alone,status.phase=Running --no-headers', /^alone .*\n$/),
  row('get pods -l app!=web,app --no-headers -o name', /pod\/alone\n/),
  row('get pods -A --chunk-size=2', /^NAMESPACE\s+NAME[\s\S]*^reading\s+alone/m),
  row('get pods,ds,cm/settings', undefined, {
    code: 1,
    complains: /resource arguments|there is no need|must/,
  }),
  row('get pods,ds', [/^pod\/alone\s/m, /^daemonset\.apps\/agent\s/m]),
  row('get pod/alone configmap/settings', [/^pod\/alone\s/m, /^configmap\/settings\s+1\s/m]),
  row('get all', [
    /^pod\/alone/m,
    /^service\/web/m,
    /^daemonset\.apps\/agent/m,
    /^deployment\.apps\/web/m,
    /^replicaset\.apps\/web-/m,
    /^replicationcontroller\/legacy/m,
    /^statefulset\.apps\/store/m,
    /^cronjob\.batch\/yearly/m,
    /^job\.batch\/once/m,
  ]),
  row('get pod nobody', undefined, {
    code: 1,
    complains: /^Error from server \(NotFound\): pods "nobody" not found\n$/,
  }),
  row('get pod nobody --ignore-not-found', /^$/),
  row('get things', undefined, {
    code: 1,
    complains: /^error: the server doesn't have a resource type "things"\n$/,
  }),
  row('get pods -l app=none', undefined, { complains: /^No resources found in reading namespace\.\n$/ }),
  row('get pods -l app=(', undefined, { code: 1, complains: /unable to parse requirement|found '\('/ }),
  row(
    'get ds',
    /^NAME\s+DESIRED\s+CURRENT\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+NODE SELECTOR\s+AGE\nagent\s+3\s+3\s+3\s+3\s+3\s+<none>/,
  ),
  row(
    'get deploy -o wide',
    /^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\s+CONTAINERS\s+IMAGES\s+SELECTOR\nweb\s+2\/2\s+2\s+2\s+\S+\s+web\s+nginx:1\.25\s+app=web\n/,
  ),
  row('get rs', /^NAME\s+DESIRED\s+CURRENT\s+READY\s+AGE\nweb-\S+\s+2\s+2\s+2\s/),
  row('get rc', /^NAME\s+DESIRED\s+CURRENT\s+READY\s+AGE\nlegacy\s+1\s+1\s+1\s/),
  row('get sts -o wide', /^NAME\s+READY\s+AGE\s+CONTAINERS\s+IMAGES\nstore\s+1\/1\s+\S+\s+store\s+store:1\n/),
  row(
    'get pdb',
    /^NAME\s+MIN AVAILABLE\s+MAX UNAVAILABLE\s+ALLOWED DISRUPTIONS\s+AGE\nstore\s+N\/A\s+1\s+1\s/,
  ),
  row('get jobs', /^NAME\s+STATUS\s+COMPLETIONS\s+DURATION\s+AGE\nonce\s+Complete\s+1\/1\s+\d+s\s/),
  row(
    'get cronjobs',
    /^NAME\s+SCHEDULE\s+TIMEZONE\s+SUSPEND\s+ACTIVE\s+LAST SCHEDULE\s+AGE\nyearly\s+0 0 1 1 \*\s+<none>\s+False\s+0\s+<none>\s/,
  ),
  row('get cm,secret', [/^configmap\/settings\s+1\s/m, /^secret\/password\s+Opaque\s+1\s/m]),
  row(
    'get svc web',
    /^NAME\s+TYPE\s+CLUSTER-IP\s+EXTERNAL-IP\s+PORT\(S\)\s+AGE\nweb\s+ClusterIP\s+\S+\s+<none>\s+80\/TCP\s/,
  ),
  row('get ep outside', /^NAME\s+ENDPOINTS\s+AGE\noutside\s+10\.1\.2\.3:8080\s/, {
    complains:
      /^Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice\n$/,
  }),
  row('get ep web', new RegExp(`^NAME\\s+ENDPOINTS\\s+AGE\\nweb\\s+${POD}:8080,${POD}:8080\\s`)),
  row('get endpoints,endpointslices', [
    /^endpoints\/web\s+/m,
    new RegExp(`^endpointslice\\.discovery\\.k8s\\.io/web-\\w{5}\\s+IPv4\\s+8080\\s+${POD},${POD}\\s`, 'm'),
    /^endpointslice\.discovery\.k8s\.io\/outside-\w{5}\s+IPv4\s+8080\s+10\.1\.2\.3\s/m,
  ]),
  row(
    'get endpointslices -l kubernetes.io/service-name=web',
    /^NAME\s+ADDRESSTYPE\s+PORTS\s+ENDPOINTS\s+AGE\nweb-\w{5}\s+IPv4\s+8080\s/,
  ),
  row('get endpointslice kubernetes -n default', /^kubernetes\s+IPv4\s+\d+\s+\S+\s/m),
  row('get sa', /^NAME\s+(SECRETS\s+)?AGE\ndefault\s/),
  row('get ns reading', /^NAME\s+STATUS\s+AGE\nreading\s+Active\s/),
  row('get leases', /^NAME\s+HOLDER\s+AGE\nlock\s+me\s/),
  row('get quota', /^NAME\s+(AGE\s+REQUEST\s+LIMIT|REQUEST\s+LIMIT\s+AGE)\nquota\s/),
  row('get limits', /^NAME\s+CREATED AT\nlimits\s+\d{4}-/),
  row('get podtemplates', /^NAME\s+CONTAINERS\s+IMAGES\s+POD LABELS\nform\s+main\s+busybox\s+app=form/),
  row(
    'get controllerrevisions',
    /^NAME\s+CONTROLLER\s+REVISION\s+AGE\nagent-\S+\s+daemonset\.apps\/agent\s+1\s/,
  ),
  row('get role,rolebinding', [
    /^role\.rbac\.authorization\.k8s\.io\/viewer\s/m,
    /^rolebinding\.rbac\.authorization\.k8s\.io\/viewers\s+Role\/viewer\s/m,
  ]),
  row(
    'get pc important',
    /^NAME\s+VALUE\s+GLOBAL-DEFAULT\s+AGE(\s+PREEMPTIONPOLICY)?\nimportant\s+1000\s+false\s/,
  ),
  row(
    'get nodes',
    /^NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\nmaster01\s+Ready\s+control-plane,master\s+\S+\s+v1\.36\.\d+\nnode01\s+Ready\s+<none>/,
  ),
  row('get events', [
    /^LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE\n/,
    /Normal\s+Scheduled\s+pod\/alone\s+Successfully assigned reading\/alone to node0\d/,
  ]),
  row(
    'events',
    [
      /^LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE\n/,
      /Normal\s+SuccessfulCreate\s+Job\/once\s+Created pod: once-\w{5}/,
    ],
    { only: 'v1.35.2' },
  ),
  row('events --for pod/alone --types=Normal', /Started/, { only: 'v1.35.2' }),
];

const describing: Row[] = [
  row('describe pod alone', [
    /^Name:\s+alone$/m,
    /^Namespace:\s+reading$/m,
    /^Status:\s+Running$/m,
    /^QoS Class:\s+Burstable$/m,
    /^ {4}State:\s+Running$/m,
    /COLOR:\s+<set to the key 'color' of config map 'settings'>/,
    /^ {2}Normal\s+Scheduled\s+\S+\s+default-scheduler\s+Successfully assigned/m,
    /^ {2}Normal\s+Pull(ed|ing)\s+.*kubelet/m,
    /^ {2}Normal\s+Created\s+.*kubelet/m,
    /^ {2}Normal\s+Started\s+.*kubelet/m,
  ]),
  row('describe node node01', [
    /^Name:\s+node01$/m,
    /^Taints:\s+<none>$/m,
    /^Conditions:$/m,
    /Ready\s+True.*KubeletReady/,
    /^PodCIDR:\s+10\.244\./m,
    /^Allocated resources:$/m,
    /^Lease:$/m,
  ]),
  row('describe node master01', /^Taints:\s+node-role\.kubernetes\.io\/(master|control-plane):NoSchedule$/m),
  row('describe ds agent', [
    /^Pods Status:\s+3 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
    /SuccessfulCreate\s+.*daemonset-controller/,
  ]),
  row('describe deploy web', [
    /^Replicas:\s+2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable$/m,
    /^ {2}Available\s+True\s+MinimumReplicasAvailable$/m,
    /^NewReplicaSet:\s+web-\S+ \(2\/2 replicas created\)$/m,
    /ScalingReplicaSet\s+.*deployment-controller\s+Scaled up replica set web-\S+ (from 0 )?to 2/,
  ]),
  row('describe rs', [/^Controlled By:\s+Deployment\/web$/m, /^Replicas:\s+2 current \/ 2 desired$/m]),
  row('describe sts store', [
    /^Replicas:\s+1 desired \| 1 total$/m,
    /^Update Strategy:\s+RollingUpdate$/m,
    /^Pods Status:\s+1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
    /SuccessfulCreate\s+.*statefulset-controller\s+create Pod store-0 in StatefulSet store successful/,
  ]),
  row('describe rc legacy', [
    /^Replicas:\s+1 current \/ 1 desired$/m,
    /SuccessfulCreate\s+.*replication-controller\s+Created pod: legacy-\w{5}/,
  ]),
  // The older one asks for policy/v1beta1, which upstream has not served since v1.25.
  row('describe pdb store', [/^Max unavailable:\s+1$/m, /Allowed disruptions:\s+1$/m], { only: 'v1.35.2' }),
  row('describe job once', [
    /^Completions:\s+1$/m,
    /^Pods Statuses:\s+0 (Running|Active.*) \/ 1 Succeeded \/ 0 Failed$/m,
    /Normal\s+SuccessfulCreate\s+.*job-controller\s+Created pod: once-\w{5}/,
    /Normal\s+Completed\s+.*job-controller\s+Job completed/,
  ]),
  row('describe cronjob yearly', [
    /^Schedule:\s+0 0 1 1 \*$/m,
    /^Concurrency Policy:\s+Allow$/m,
    /^Last Schedule Time:\s+<unset>$/m,
  ]),
  row('describe cm settings', /^color:\n----\nblue\n/m),
  row('describe secret password', /^word:\s+6 bytes$/m),
  row('describe svc web', [
    /^Selector:\s+app=web$/m,
    /^Port:\s+http\s+80\/TCP$/m,
    new RegExp(`^Endpoints:\\s+${POD}:8080,${POD}:8080$`, 'm'),
  ]),
  row('describe svc outside', /^Endpoints:\s+10\.1\.2\.3:8080$/m),
  row('describe ep outside', /^ {2}Addresses:\s+10\.1\.2\.3$/m),
  row(
    'describe endpointslices -l kubernetes.io/service-name=web',
    [/^AddressType:\s+IPv4$/m, /^ {6}Ready:\s+true$/m, /^ {4}TargetRef:\s+Pod\/web-/m],
    { only: 'v1.35.2' },
  ),
  row('describe sa default', /^Name:\s+default$/m),
  row('describe ns reading', [/^Status:\s+Active$/m, /Container\s+cpu\s+-\s+2/]),
  row('describe quota quota', [/^Name:\s+quota$/m, /^pods\s+[1-9]\d*\s+20$/m]),
  row('describe limits limits', /^Container\s+cpu\s+-\s+2\s/m),
  row('describe podtemplate form', /^Name:\s+form$/m),
  row('describe controllerrevision', /^Kind:\s+ControllerRevision$/m),
  row('describe lease lock', /^Kind:\s+Lease$/m),
  row('describe role viewer', /^ {2}pods\s+\[\]\s+\[\]\s+\[get list\]$/m),
  row('describe rolebinding viewers', /^ {2}User\s+jane\s*$/m),
  row('describe clusterrole reading-nodes', /^ {2}nodes\s+\[\]\s+\[\]\s+\[get\]$/m),
  row('describe clusterrolebinding reading-nodes', /^ {2}ServiceAccount\s+default\s+reading$/m),
  row('describe pc important', /^Value:\s+1000$/m),
  row('describe pods -l app=web', /^Name:\s+web-[\s\S]*^Name:\s+web-/m),
];

const asking: Row[] = [
  row('explain pods', [/KIND:\s+Pod\n/, /VERSION:\s+v1\n/, /^FIELDS:$/m, /^\s+spec\s+<(Object|PodSpec)>/m]),
  row('explain pods.spec.containers.image', /FIELD:\s+image <string>/),
  row(
    'explain daemonset.spec.updateStrategy --recursive',
    /^\s+rollingUpdate\s+<(Object|RollingUpdateDaemonSet)>\n\s+maxSurge\s/m,
  ),
  row('explain endpointslice.endpoints.conditions.serving', /FIELD:\s+serving <boolean>/),
  row('explain cronjob.spec.timeZone --api-version=batch/v1', /FIELD:\s+timeZone <string>/),
  row('api-resources', [
    /^NAME\s+SHORTNAMES\s+API(GROUP|VERSION)\s+NAMESPACED\s+KIND\n/,
    /^pods\s+po\s+(v1\s+)?true\s+Pod$/m,
    /^daemonsets\s+ds\s+apps(\/v1)?\s+true\s+DaemonSet$/m,
    /^cronjobs\s+cj\s+batch\S*\s+true\s+CronJob$/m,
    /^endpointslices\s+discovery\.k8s\.io\S*\s+true\s+EndpointSlice$/m,
  ]),
  row('api-resources --namespaced=false -o name', [
    /^nodes$/m,
    /^certificatesigningrequests\.certificates\.k8s\.io$/m,
  ]),
  row('api-resources --api-group=batch --verbs=list,watch', /^cronjobs\s[\s\S]*^jobs\s/m),
  row('api-versions', [/^apps\/v1$/m, /^batch\/v1$/m, /^batch\/v1beta1$/m, /^v1$/m]),
  row('auth can-i create pods', /^yes\n$/),
  row('auth can-i list pods --as=jane', /^yes\n$/),
  row('auth can-i delete pods --as=jane', /^no\n$/, { code: 1 }),
  row('auth can-i --list --as=jane', /^pods\s+\[\]\s+\[\]\s+\[get list\]$/m),
  row('auth whoami', /^Username\s+kubernetes-admin$/m, { only: 'v1.35.2' }),
  row('cluster-info', /Kubernetes (master|control plane).* is running at .*https:\/\/127\.0\.0\.1:\d+/),
  row('version', [/Client Version:/, /Server Version: .*v1\.36\.\d+/]),
  row('config view', [
    /current-context: kubernetes-admin@sampan/,
    /client-certificate-data: (REDACTED|DATA\+OMITTED)/,
  ]),
  row('config current-context', /^kubernetes-admin@sampan\n$/),
  row('get --raw /readyz?verbose', /^\[\+\]ping ok\n[\s\S]*check passed\n?$/),
  row('get --raw /healthz', /^ok$/),
  row('get --raw /version', /"gitVersion": ?"v1\.36\.\d+/),
  row('get --raw /metrics', /^# TYPE apiserver_request_total counter$/m),
  row('get --raw /api/v1/namespaces/reading/pods/alone', /"name":"alone"/),
  row('diff -f reading.yaml', undefined, { code: 0 }),
  row('wait --for=condition=Ready pod/alone --timeout=30s', /^pod\/alone condition met\n$/),
  row('wait --for=condition=complete job/once --timeout=30s', /^job\.batch\/once condition met\n$/),
  row('wait --for=condition=Ready pod -l app=web --timeout=30s', /^(pod\/web-\S+ condition met\n){2}$/),
  row('wait --for=jsonpath={.status.phase}=Running pod/alone', /^pod\/alone condition met\n$/, {
    only: 'v1.35.2',
  }),
  row('wait --for=delete pod/nobody --timeout=5s', undefined, { only: 'v1.35.2' }),
  row('logs alone', /^hello\n$/),
  row('logs job/once --timestamps', /^\d{4}-\d\d-\d\dT\S+Z done\n$/),
  row('logs alone --tail=0', /^$/),
  row('logs -l app=alone --prefix', /^\[pod\/alone\/main\] hello\n$/),
  row('logs alone -c nobody', undefined, {
    code: 1,
    complains: /container nobody is not valid for pod alone/,
  }),
  row('rollout status deploy web', /^deployment "web" successfully rolled out\n$/),
  row('rollout history deploy web', /^deployment\.apps\/web \nREVISION\s+CHANGE-CAUSE\n1\s+<none>\n/),
  row('rollout status sts store', /roll(ing update| out) complete/),
  row('rollout history sts store', /^statefulset\.apps\/store \nREVISION\s+CHANGE-CAUSE\n1\s+<none>\n/),
  row('rollout history sts store --revision=1', /Image:\s+store:1/),
  row('rollout history ds agent --revision=1', /Image:\s+agent:1/),
];

for (const version of KUBECTL_VERSIONS) {
  const here = (rows: Row[]) =>
    testRows(
      () => cluster,
      version,
      'reading',
      rows.map((each) => ({ ...each, run: String(each.run).replace('reading.yaml', manifest) })),
    );
  describe(`get by ${version}`, () => here(getting));
  describe(`describe by ${version}`, () => here(describing));
  describe(`questions by ${version}`, () => here(asking));

  test(`${version}: kubectl get pods -w --output-watch-events tells of each change`, async () => {
    const watching = await cluster.startKubectl(
      version,
      'get',
      'cm',
      '-w',
      '--output-watch-events',
      '-n',
      'reading',
    );
    await watching.until(/ADDED\s+settings/);
    const name = `watched-${version.replaceAll('.', '-')}`;
    await cluster.kubectl(version, '-n', 'reading', 'create', 'cm', name, '--from-literal=a=1');
    await watching.until(new RegExp(`ADDED\\s+${name}\\s+1`));
    await cluster.kubectl(version, '-n', 'reading', 'label', 'cm', name, 'a=b');
    await watching.until(new RegExp(`MODIFIED\\s+${name}`));
    await cluster.kubectl(version, '-n', 'reading', 'delete', 'cm', name);
    await watching.until(new RegExp(`DELETED\\s+${name}`));
    await watching.stop();
  });
}
