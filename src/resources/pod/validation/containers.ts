import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label } from '../../../apimachinery/nameRules.ts';
import type { Container, EphemeralContainer, PodSpec } from '../../../generated/types.ts';
import { checkNamed, checkSupported } from '../../checks.ts';
import { isSidecar } from '../containers.ts';
import { claimNames } from './claims.ts';
import { checkEnv, checkEnvFrom } from './environment.ts';
import { checkLifecycle, checkLivenessProbe, checkReadinessProbe, type HandlerContext } from './handlers.ts';
import { checkVolumeDevices, checkVolumeMounts, type Volumes } from './mounts.ts';
import { checkHostPortConflicts, checkPorts } from './ports.ts';
import { checkNoRestartToResize, checkResizePolicy } from './resizePolicy.ts';
import { checkContainerResources } from './resources.ts';
import { checkRestartPolicy } from './restartRules.ts';
import { checkSecurityContext } from './securityContext.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const HOOKS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** What the containers of a pod are checked against. */
interface ContainerContext extends HandlerContext {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  readonly claims: ReadonlySet<string>;
}

/** All containers of a pod or a template; `field` is the path of the pod's spec. */
export function checkAllContainers(
  errors: FieldError[],
  field: string,
  spec: PodSpec,
  volumes: Volumes,
): void {
  const context: ContainerContext = {
    spec,
    volumes,
    claims: claimNames(spec),
    gracePeriodSeconds: spec.terminationGracePeriodSeconds,
    os: spec.os,
  };
  const names = new Set<string>();
  checkContainers(errors, `${field}.containers`, context, names);
  checkInitContainers(errors, `${field}.initContainers`, context, names);
  checkEphemeralContainers(errors, `${field}.ephemeralContainers`, context, names);
}

function checkContainers(
  errors: FieldError[],
  field: string,
  context: ContainerContext,
  names: Set<string>,
): void {
  const { containers } = context.spec;
  if (containers.length === 0) {
    errors.push(required(field));
    return;
  }
  for (const [index, container] of containers.entries()) {
    const path = `${field}[${index}]`;
    checkContainer(errors, path, container, context);
    checkUniqueName(errors, `${path}.name`, container.name, names);
    checkHooks(errors, path, container, context);
    checkRestartPolicy(errors, path, container, 'container');
  }
  checkHostPortConflicts(errors, field, containers);
}

function checkInitContainers(
  errors: FieldError[],
  field: string,
  context: ContainerContext,
  names: Set<string>,
): void {
  for (const [index, container] of (context.spec.initContainers ?? []).entries()) {
    const path = `${field}[${index}]`;
    checkContainer(errors, path, container, context);
    checkRestartPolicy(errors, path, container, 'initContainer');
    if (container.name || names.has('')) checkUniqueName(errors, `${path}.name`, container.name, names);
    // One after the other, they may take the same ports; upstream always names the first.
    checkHostPortConflicts(errors, field, [container]);
    if (isSidecar(container)) checkHooks(errors, path, container, context);
    else {
      checkNoHooks(errors, path, container);
      checkNoRestartToResize(errors, `${path}.resizePolicy`, container.resizePolicy);
    }
  }
}

/** All that holds for a container of any sort. */
function checkContainer(
  errors: FieldError[],
  field: string,
  container: Container,
  { spec, volumes, claims }: ContainerContext,
): void {
  if (!container.name) errors.push(required(`${field}.name`));
  else checkNamed(errors, `${field}.name`, container.name, dns1123Label);
  if (!container.image) errors.push(required(`${field}.image`));
  checkSupported(
    errors,
    `${field}.terminationMessagePolicy`,
    container.terminationMessagePolicy,
    MESSAGE_POLICIES,
  );
  checkPorts(errors, `${field}.ports`, container.ports);
  checkEnv(errors, `${field}.env`, container.env);
  checkEnvFrom(errors, `${field}.envFrom`, container.envFrom);
  checkVolumeMounts(errors, `${field}.volumeMounts`, container, volumes);
  checkVolumeDevices(errors, `${field}.volumeDevices`, container, volumes);
  checkSupported(errors, `${field}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES);
  checkContainerResources(errors, `${field}.resources`, container.resources, claims);
  checkResizePolicy(errors, `${field}.resizePolicy`, container.resizePolicy, spec.restartPolicy);
  checkSecurityContext(
    errors,
    `${field}.securityContext`,
    container.securityContext,
    spec.hostUsers !== false,
  );
}

function checkUniqueName(errors: FieldError[], field: string, name: string, names: Set<string>): void {
  if (names.has(name)) errors.push(duplicate(field, name));
  else names.add(name);
}

function checkHooks(
  errors: FieldError[],
  field: string,
  container: Container,
  context: HandlerContext,
): void {
  checkLifecycle(errors, `${field}.lifecycle`, container.lifecycle, context);
  checkLivenessProbe(errors, `${field}.livenessProbe`, container.livenessProbe, context);
  checkReadinessProbe(errors, `${field}.readinessProbe`, container.readinessProbe, context);
  checkLivenessProbe(errors, `${field}.startupProbe`, container.startupProbe, context);
}

function checkNoHooks(errors: FieldError[], field: string, container: Container): void {
  for (const hook of HOOKS) {
    if (!container[hook]) continue;
    errors.push(
      forbiddenField(`${field}.${hook}`, 'may not be set for init containers without restartPolicy=Always'),
    );
  }
}

const FORBIDDEN_IN_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const NOT_EPHEMERAL = 'cannot be set for an Ephemeral Container';

function checkEphemeralContainers(
  errors: FieldError[],
  field: string,
  context: ContainerContext,
  names: Set<string>,
): void {
  const { ephemeralContainers } = context.spec;
  if (!ephemeralContainers) return;
  const lasting = new Set(names);
  for (const [index, container] of ephemeralContainers.entries()) {
    const path = `${field}[${index}]`;
    checkContainer(errors, path, container, context);
    checkImageSpaces(errors, path, container);
    checkUniqueName(errors, `${path}.name`, container.name, names);
    const target = container.targetContainerName;
    if (target && !lasting.has(target)) errors.push(notFoundValue(`${path}.targetContainerName`, target));
    checkEphemeralFields(errors, path, container);
  }
}

function checkEphemeralFields(errors: FieldError[], field: string, container: EphemeralContainer): void {
  for (const name of FORBIDDEN_IN_EPHEMERAL) {
    const value = container[name];
    // Their defaults are `resources` without anything.
    const isSet = name === 'resources' ? Object.keys(value ?? {}).length > 0 : value !== undefined;
    if (isSet) errors.push(forbiddenField(`${field}.${name}`, NOT_EPHEMERAL));
  }
  for (const [index, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
    const path = `${field}.volumeMounts[${index}]`;
    if (subPath) errors.push(forbiddenField(`${path}.subPath`, NOT_EPHEMERAL));
    if (subPathExpr) errors.push(forbiddenField(`${path}.subPathExpr`, NOT_EPHEMERAL));
  }
}

/** A template may have an image of blanks, a placeholder to be filled in; a pod may not. */
export function checkImageSpaces(
  errors: FieldError[],
  field: string,
  { image = '' }: { image?: string },
): void {
  if (image.trim() === image) return;
  errors.push(invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'));
}
