/** `0,2-4` as numbers: the form of `completedIndexes` and `failedIndexes`. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const range of (text ?? '').split(',').filter((part) => part !== '')) {
    const [first, last = first] = range.split('-').map(Number);
    for (let index = first!; index <= last!; index++) indexes.add(index);
  }
  return indexes;
}

/** The index of a pod of an Indexed Job. */
export const indexOf = ({
  metadata,
}: {
  metadata: { annotations?: Record<string, string> };
}): number | undefined => {
  const text = metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
  return text === undefined ? undefined : Number(text);
};
