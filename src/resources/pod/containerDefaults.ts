import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import type { Container, EnvVar, Probe } from '../../generated/types.ts';
import { defaultPullPolicy } from './pullPolicy.ts';
import { canonicalize } from './resourceLists.ts';

/** What every container gets that says nothing else (`SetDefaults_Container` and what lies below it). */
export function setContainerDefaults(container: Container): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  canonicalize(container.resources.limits);
  canonicalize(container.resources.requests);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) setReferenceDefaults(variable);
  setHookDefaults(container);
}

function setReferenceDefaults({ valueFrom }: EnvVar): void {
  if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  const amount = valueFrom?.resourceFieldRef;
  if (amount) amount.divisor = canonicalQuantity(amount.divisor ?? '0');
  if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
}

function setHookDefaults({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): void {
  if (livenessProbe) setProbeDefaults(livenessProbe);
  if (readinessProbe) setProbeDefaults(readinessProbe);
  if (startupProbe) setProbeDefaults(startupProbe);
  setHttpDefaults(lifecycle?.postStart);
  setHttpDefaults(lifecycle?.preStop);
}

function setProbeDefaults(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  setHttpDefaults(probe);
  if (probe.grpc) probe.grpc.service ??= '';
}

function setHttpDefaults(handler: Pick<Probe, 'httpGet'> | undefined): void {
  if (!handler?.httpGet) return;
  handler.httpGet.path ||= '/';
  handler.httpGet.scheme ||= 'HTTP';
}
