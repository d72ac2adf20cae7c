import { admissionregistration } from './admissionregistration.ts';
import { apiextensions } from './apiextensions.ts';
import { core } from './core.ts';
import type { FieldOrder } from './fieldOrder.ts';
import {
  apps,
  authentication,
  authorization,
  autoscaling,
  batch,
  certificates,
  coordination,
  discovery,
  events,
  meta,
  policy,
  rbac,
  scheduling,
} from './groups.ts';
import { volumes } from './volumes.ts';

// Facts of upstream's `generated.proto` files: client-node, from which everything else of the schema comes, does not have them.

/** By the package that upstream's swagger names; older versions of a group have the numbers of `v1`. */
const packages: Readonly<Record<string, FieldOrder>> = {
  'io.k8s.api.core': { ...core, ...volumes },
  'io.k8s.api.admissionregistration': admissionregistration,
  'io.k8s.api.apps': apps,
  'io.k8s.api.authentication': authentication,
  'io.k8s.api.authorization': authorization,
  'io.k8s.api.autoscaling': autoscaling,
  'io.k8s.api.batch': batch,
  'io.k8s.api.certificates': certificates,
  'io.k8s.api.coordination': coordination,
  'io.k8s.api.discovery': discovery,
  'io.k8s.api.events': events,
  'io.k8s.api.policy': policy,
  'io.k8s.api.rbac': rbac,
  'io.k8s.api.scheduling': scheduling,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions': apiextensions,
  'io.k8s.apimachinery.pkg.apis.meta': meta,
};

const known = new Map<string, ReadonlyMap<number, string>>();

/** The names of a message's fields by their numbers. `message` is a full name: `io.k8s.api.core.v1.PodSpec`. */
export function fieldNumbersOf(message: string): ReadonlyMap<number, string> {
  return known.getOrInsertComputed(message, readFieldNumbers);
}

function readFieldNumbers(message: string): ReadonlyMap<number, string> {
  const [, packageName = '', name = ''] = /^(.+)\.v[^.]*\.([^.]+)$/.exec(message) ?? [];
  const numbers = new Map<number, string>();
  let next = 1;
  for (const word of (packages[packageName]?.[name] ?? '').split(' ')) {
    if (/^\d+$/.test(word)) next = Number(word);
    else numbers.set(next++, word);
  }
  return numbers;
}
