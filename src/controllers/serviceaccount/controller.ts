import { ServiceAccounts } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { PerNamespaceController } from '../framework/perNamespace.ts';

/** Keeps the service account `default` in every namespace. */
export const serviceAccountController = (context: ControllerContext) =>
  new PerNamespaceController(context, {
    name: 'serviceaccount',
    type: ServiceAccounts,
    objectName: 'default',
    make: (namespace) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    }),
  });
