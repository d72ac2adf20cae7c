import {
  authentication,
  authorization,
  certificates,
  coordination,
  discovery,
  events,
  rbac,
} from './access.ts';
import { admissionregistration } from './admissionregistration.ts';
import { apiextensions } from './apiextensions.ts';
import { coreRecords } from './coreRecords.ts';
import { meta } from './meta.ts';
import { nodes } from './nodes.ts';
import type { DefinitionFacts } from './notation.ts';
import { pods } from './pods.ts';
import { volumes } from './volumes.ts';
import { apps, autoscaling, batch, metrics, policy, sampan, scheduling } from './workloads.ts';

/** Every definition that can be reached from a served kind, by the package that upstream's swagger names. */
const packages: Readonly<Record<string, DefinitionFacts>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1': meta,
  'io.k8s.api.core.v1': { ...pods, ...volumes, ...nodes, ...coreRecords },
  'io.k8s.api.admissionregistration.v1': admissionregistration,
  'io.k8s.api.apps.v1': apps,
  'io.k8s.api.authentication.v1': authentication,
  'io.k8s.api.authorization.v1': authorization,
  'io.k8s.api.autoscaling.v1': autoscaling,
  'io.k8s.api.batch.v1': batch,
  'io.k8s.api.certificates.v1': certificates,
  'io.k8s.api.coordination.v1': coordination,
  'io.k8s.api.discovery.v1': discovery,
  'io.k8s.api.events.v1': events,
  'io.k8s.api.policy.v1': policy,
  'io.k8s.api.rbac.v1': rbac,
  'io.k8s.api.scheduling.v1': scheduling,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1': apiextensions,
  'io.k8s.metrics.pkg.apis.metrics.v1beta1': metrics,
  'dev.sampan.v1': sampan,
};

/** Packages of models that client-node prefixes because two groups have a model of that name. */
const PREFIXES: Readonly<Record<string, string>> = {
  AdmissionregistrationV1: 'io.k8s.api.admissionregistration.v1',
  ApiextensionsV1: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  AuthenticationV1: 'io.k8s.api.authentication.v1',
  CoreV1: 'io.k8s.api.core.v1',
  DiscoveryV1: 'io.k8s.api.discovery.v1',
  EventsV1: 'io.k8s.api.events.v1',
  RbacV1: 'io.k8s.api.rbac.v1',
};

/** `V1DaemonSet` is `io.k8s.api.apps.v1.DaemonSet`. */
export function definitionName(model: string): string {
  const [, prefix = '', name = ''] =
    /^(AdmissionregistrationV1|ApiextensionsV1|AuthenticationV1|CoreV1|DiscoveryV1|EventsV1|RbacV1|V1)([A-Z]\w*)$/.exec(
      model,
    ) ?? [];
  const home =
    PREFIXES[prefix] ?? Object.keys(packages).find((candidate) => Object.hasOwn(packages[candidate]!, name));
  if (!home) throw new Error(`Cannot name the definition of ${model}: no package in facts/ lists it`);
  return `${home}.${name}`;
}

/** The facts of a definition, by its full name. */
export function factsOf(definition: string): Readonly<Record<string, string>> {
  const dot = definition.lastIndexOf('.');
  return packages[definition.slice(0, dot)]?.[definition.slice(dot + 1)] ?? {};
}

export const allDefinitionNames = (): string[] =>
  Object.entries(packages).flatMap(([home, definitions]) =>
    Object.keys(definitions).map((name) => `${home}.${name}`),
  );
