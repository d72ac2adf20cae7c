export { type KubectlVersion, kubectlBinary as kubectlPath } from '../../src/cli/kubectlBinary.ts';
