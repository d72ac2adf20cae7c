import { Option } from 'commander';
import { DEFAULT_CRI_SOCKET } from '../runtime/cri/criClient.ts';

export const criSocketOption = (): Option =>
  new Option(
    '--cri-socket <path>',
    `the socket of the container runtime (default: as before, else "${DEFAULT_CRI_SOCKET}")`,
  );
