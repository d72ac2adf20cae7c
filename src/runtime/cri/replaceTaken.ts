/** What an agent that died has left half made under the same name gives way. */
export async function replacingTaken<T>(
  make: () => Promise<T>,
  remove: (id: string) => Promise<void>,
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const taken = /is reserved for "([^"]+)"/.exec((error as Error).message)?.[1];
    if (taken === undefined) throw error;
    await remove(taken);
    return make();
  }
}
