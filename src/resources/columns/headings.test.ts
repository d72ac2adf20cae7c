import { expect, test } from 'vitest';
import { resourceFor } from '../allResources.ts';
import { headingsOf } from '../testing/headings.ts';

const core: Record<string, string> = {
  configmaps: 'NAME DATA AGE',
  endpoints: 'NAME ENDPOINTS AGE',
  events: 'LAST SEEN TYPE REASON OBJECT MESSAGE | SUBOBJECT SOURCE FIRST SEEN COUNT NAME',
  limitranges: 'NAME CREATED AT',
  namespaces: 'NAME STATUS AGE',
  nodes:
    'NAME STATUS ROLES AGE VERSION | INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME ARCH',
  replicationcontrollers: 'NAME DESIRED CURRENT READY AGE | CONTAINERS IMAGES SELECTOR',
  resourcequotas: 'NAME REQUEST LIMIT AGE',
  secrets: 'NAME TYPE DATA AGE',
  serviceaccounts: 'NAME SECRETS AGE',
  services: 'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE | SELECTOR',
};
const rbac: Record<string, string> = {
  roles: 'NAME CREATED AT',
  clusterroles: 'NAME CREATED AT',
  rolebindings: 'NAME ROLE AGE | USERS GROUPS SERVICEACCOUNTS',
  clusterrolebindings: 'NAME ROLE AGE | USERS GROUPS SERVICEACCOUNTS',
};
const others: [string, string, string][] = [
  ['apps', 'statefulsets', 'NAME READY AGE | CONTAINERS IMAGES'],
  [
    'certificates.k8s.io',
    'certificatesigningrequests',
    'NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION',
  ],
  ['coordination.k8s.io', 'leases', 'NAME HOLDER AGE'],
  ['discovery.k8s.io', 'endpointslices', 'NAME ADDRESSTYPE PORTS ENDPOINTS AGE'],
  ['scheduling.k8s.io', 'priorityclasses', 'NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY'],
];

const all = [
  ...Object.entries(core).map(([plural, want]) => ['', plural, want] as const),
  ...Object.entries(rbac).map(([plural, want]) => ['rbac.authorization.k8s.io', plural, want] as const),
  ...others,
];

test.each(all)('%s %s shows %s', (group, plural, want) => {
  expect(headingsOf(resourceFor(group, 'v1', plural)!.resource)).toBe(want);
});
