/** Resolves at Ctrl-C or when the process is told to end; told once more, it ends at once. */
export function askedToStop(): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (++count > 1) process.exit(130);
      asked.resolve();
    });
  }
  return asked.promise;
}
