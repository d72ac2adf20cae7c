/** `node01`, `node02`, …: two digits at least, as people write them. */
export const workerName = (number: number): string => `node${String(number).padStart(2, '0')}`;

export const MASTER_NAME = 'master01';
