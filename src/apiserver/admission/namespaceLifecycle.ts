import { forbidden } from '../../apimachinery/errors.ts';
import { Namespaces } from '../../resources/kinds.ts';
import type { AdmissionPlugin } from './admission.ts';

const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-public', 'kube-system']);

/**
 * Upstream's NamespaceLifecycle: namespaces that every cluster needs cannot be deleted. Its other half, that nothing is created in a
 * namespace that is missing or terminating, holds in the registry, whatever plugins there are.
 */
export const namespaceLifecycle: AdmissionPlugin = {
  validate({ operation, resource, name = '' }) {
    if (operation !== 'DELETE' || resource.plural !== Namespaces.plural || !IMMORTAL.has(name)) return;
    throw forbidden(Namespaces, name, 'this namespace may not be deleted');
  },
};
