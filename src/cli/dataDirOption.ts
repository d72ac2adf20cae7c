import { Option } from 'commander';

/** Where the cluster keeps its state. */
export const dataDirOption = (): Option =>
  new Option('--data-dir <path>', 'where the cluster keeps its state').default('./.sampan');
