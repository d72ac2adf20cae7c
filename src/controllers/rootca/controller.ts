import { ConfigMaps } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { PerNamespaceController } from '../framework/perNamespace.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Keeps the cluster's root certificate as a config map in every namespace, where pods find it. */
export const rootCaController = (context: ControllerContext, certificate: string) =>
  new PerNamespaceController(context, {
    name: 'rootca',
    type: ConfigMaps,
    objectName: NAME,
    make: (namespace) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace, annotations: { 'kubernetes.io/description': DESCRIPTION } },
      data: { 'ca.crt': certificate },
    }),
    repair: (existing) =>
      existing.data?.['ca.crt'] === certificate
        ? undefined
        : { ...existing, data: { 'ca.crt': certificate } },
  });
