import { deepEqual } from '../../apimachinery/object.ts';
import { ConfigMaps } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { PerNamespaceController } from '../framework/perNamespace.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION_KEY = 'kubernetes.io/description';
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
      metadata: { name: NAME, namespace, annotations: { [DESCRIPTION_KEY]: DESCRIPTION } },
      data: { 'ca.crt': certificate },
    }),
    repair: (existing) => {
      const { annotations } = existing.metadata;
      const data = { 'ca.crt': certificate };
      if (deepEqual(existing.data, data) && annotations?.[DESCRIPTION_KEY]) return undefined;
      const described = { ...annotations, [DESCRIPTION_KEY]: DESCRIPTION };
      return { ...existing, metadata: { ...existing.metadata, annotations: described }, data };
    },
  });
