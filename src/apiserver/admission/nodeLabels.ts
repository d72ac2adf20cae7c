type Labels = Readonly<Record<string, string>>;

/** What a node agent may say of its machine in Kubernetes' own words. */
const OWN_LABELS: ReadonlySet<string> = new Set([
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);
const OWN_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const KUBERNETES_DOMAINS = ['kubernetes.io', 'k8s.io'];
const RESTRICTED_DOMAIN = 'node-restriction.kubernetes.io';

/** The labels that differ and are not a node's to set, in order: with them it could draw to itself what is meant for others. */
export const forbiddenNodeLabels = (next: Labels = {}, stored: Labels = {}): string[] =>
  [...new Set([...Object.keys(next), ...Object.keys(stored)])]
    .filter((key) => next[key] !== stored[key] && isForbidden(key))
    .sort();

function isForbidden(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (isWithin(domain, RESTRICTED_DOMAIN)) return true;
  const isKubernetes = KUBERNETES_DOMAINS.some((parent) => isWithin(domain, parent));
  return isKubernetes && !OWN_LABELS.has(key) && !OWN_DOMAINS.some((own) => isWithin(domain, own));
}

const isWithin = (domain: string, parent: string): boolean =>
  domain === parent || domain.endsWith(`.${parent}`);
