import type { Container, Pod, Volume } from '../../../generated/types.ts';

/** What a pod names of its namespace, as `secrets/<name>`, `configmaps/<name>` and `serviceaccounts/<name>`. */
export function podReferences({ spec }: Pod): ReadonlySet<string> {
  const { initContainers = [], containers = [], ephemeralContainers = [], volumes = [] } = spec;
  const references = [
    spec.serviceAccountName && `serviceaccounts/${spec.serviceAccountName}`,
    ...(spec.imagePullSecrets ?? []).map(({ name }) => secret(name)),
    ...[...initContainers, ...containers, ...ephemeralContainers].flatMap(containerReferences),
    ...volumes.flatMap(volumeReferences),
  ];
  return new Set(references.filter((reference): reference is string => Boolean(reference)));
}

type Reference = string | undefined;

const secret = (name: string | undefined): Reference => name && `secrets/${name}`;
const configMap = (name: string | undefined): Reference => name && `configmaps/${name}`;

const containerReferences = ({ env = [], envFrom = [] }: Pick<Container, 'env' | 'envFrom'>): Reference[] => [
  ...envFrom.flatMap(({ secretRef, configMapRef }) => [
    secret(secretRef?.name),
    configMap(configMapRef?.name),
  ]),
  ...env.flatMap(({ valueFrom }) => [
    secret(valueFrom?.secretKeyRef?.name),
    configMap(valueFrom?.configMapKeyRef?.name),
  ]),
];

const volumeReferences = (volume: Volume): Reference[] => [
  secret(volume.secret?.secretName),
  configMap(volume.configMap?.name),
  secret(volume.azureFile?.secretName),
  secret(volume.cephfs?.secretRef?.name),
  secret(volume.csi?.nodePublishSecretRef?.name),
  secret(volume.flexVolume?.secretRef?.name),
  secret(volume.iscsi?.secretRef?.name),
  secret(volume.rbd?.secretRef?.name),
  secret(volume.scaleIO?.secretRef?.name),
  secret(volume.storageos?.secretRef?.name),
  ...(volume.projected?.sources ?? []).flatMap((source) => [
    secret(source.secret?.name),
    configMap(source.configMap?.name),
  ]),
];
