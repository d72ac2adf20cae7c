import { type FieldError, forbiddenField } from '../apimachinery/fieldErrors.ts';
import { deepEqual } from '../apimachinery/object.ts';
import type { Node, NodeSpec } from '../generated/types.ts';
import { UNKNOWN } from './columns/age.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { NONE } from './columns/selectorText.ts';
import { conditionOf } from './conditions.ts';
import { Nodes } from './kinds.ts';
import type { Column, Resource } from './resource.ts';
import { validateTaints } from './taintValidation.ts';

const ROLE_LABEL_PREFIX = 'node-role.kubernetes.io/';
const LEGACY_ROLE_LABEL = 'kubernetes.io/role';

/** `Ready`, `NotReady` or `Unknown`, with `,SchedulingDisabled` when the node is cordoned. */
function statusText(node: Node): string {
  const { spec } = node;
  const ready = conditionOf(node, 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

/** From the labels `node-role.kubernetes.io/<role>` and `kubernetes.io/role=<role>`. */
function rolesText({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_LABEL_PREFIX) && key !== ROLE_LABEL_PREFIX)
      roles.add(key.slice(ROLE_LABEL_PREFIX.length));
    else if (key === LEGACY_ROLE_LABEL && value) roles.add(value);
  }
  return [...roles].sort().join(',') || NONE;
}

const addressText = ({ status }: Node, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? NONE;

const wide = (name: string, description: string, cell: (node: Node) => string): Column<Node> => ({
  name,
  type: 'string',
  priority: 1,
  description,
  cell,
});

/** The addresses of its pods and its provider are given to a node once; the rest of the spec is free. */
function specChangeErrors(next: NodeSpec, stored: NodeSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (stored.podCIDRs?.length && !deepEqual(next.podCIDRs ?? [], stored.podCIDRs)) {
    errors.push(
      forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'),
    );
  }
  if (stored.providerID && next.providerID !== stored.providerID) {
    errors.push(
      forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  }
  return errors;
}

const validate = ({ spec }: Node): FieldError[] => validateTaints(spec?.taints, 'metadata.taints');

export const nodes: Resource<Node> = {
  ...Nodes,
  singular: 'node',
  shortNames: ['no'],
  subresources: { status: true },
  keepsStatusOnCreate: true,

  setDefaults(node) {
    const { spec, status } = node;
    if (spec?.podCIDR && !spec.podCIDRs) spec.podCIDRs = [spec.podCIDR];
    else if (spec?.podCIDRs?.[0] && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0];
    if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
  },
  validate,
  validateUpdate: (next, stored) => [
    ...validate(next),
    ...specChangeErrors(next.spec ?? {}, stored.spec ?? {}),
  ],

  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'The status of the node', cell: statusText },
    { name: 'Roles', type: 'string', description: 'The roles of the node', cell: rolesText },
    ageColumn,
    {
      name: 'Version',
      type: 'string',
      description: 'The version of the node agent.',
      cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    },
    wide('Internal-IP', 'The address inside the cluster.', (node) => addressText(node, 'InternalIP')),
    wide('External-IP', 'The address from outside.', (node) => addressText(node, 'ExternalIP')),
    wide('OS-Image', 'The operating system.', ({ status }) => status?.nodeInfo?.osImage || UNKNOWN),
    wide('Kernel-Version', 'The kernel.', ({ status }) => status?.nodeInfo?.kernelVersion || UNKNOWN),
    wide(
      'Container-Runtime',
      'The container runtime and its version.',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || UNKNOWN,
    ),
    wide('Arch', 'What its processors are.', ({ status }) => status?.nodeInfo?.architecture || UNKNOWN),
  ],
  selectableFields: {
    'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false),
  },
};
