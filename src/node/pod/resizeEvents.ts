import type { Container, Pod } from '../../generated/types.ts';

/** What upstream's events say of a resize: what happened, and in JSON what the pod asks for. */
export function resizeText(what: string, { metadata, spec }: Pod, error?: string): string {
  const { initContainers = [], containers } = spec;
  const summary = {
    ...(initContainers.length > 0 && { initContainers: initContainers.map(amounts) }),
    containers: containers.map(amounts),
    generation: metadata.generation ?? 0,
    ...(error && { error }),
  };
  return `Pod resize ${what}: ${JSON.stringify(summary)}`;
}

const amounts = ({ name, resources: { limits, requests } = {} }: Container) => ({
  name,
  resources: { ...(limits && { limits: sorted(limits) }), ...(requests && { requests: sorted(requests) }) },
});

/** As Go writes maps. */
const sorted = (list: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
