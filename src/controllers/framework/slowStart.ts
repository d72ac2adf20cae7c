const LARGEST_BATCH = 512;

/**
 * Does the work for all items, in batches that double from one: when the first fails (a quota, a webhook, a bad template), the rest is
 * not tried, and one event tells of it. Throws the first failure, after its batch has ended. Upstream's `slowStartBatch`.
 */
export async function slowStart<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // The usual case needs no batches.
  if (items.length === 1) return work(items[0]!);
  let size = 1;
  for (let start = 0; start < items.length; start += size, size = Math.min(2 * size, LARGEST_BATCH)) {
    const results = await Promise.allSettled(items.slice(start, start + size).map(work));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }
}
