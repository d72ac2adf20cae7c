import { once } from 'node:events';

/**
 * What a process that was started with `--inspect` keeps in its heap once all garbage is collected, in megabytes: asked over the inspector's
 * protocol, at the address that it printed. Its resident size would tell as much of when the collector last ran.
 */
export async function liveHeapMegabytes(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  try {
    await ask(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = await ask(socket, 'Runtime.getHeapUsage');
    return Number(usedSize) / 2 ** 20;
  } finally {
    socket.close();
  }
}

async function ask(socket: WebSocket, method: string): Promise<Record<string, unknown>> {
  const answered = once(socket, 'message');
  socket.send(JSON.stringify({ id: 1, method }));
  const [{ data }] = (await answered) as [MessageEvent];
  const { result, error } = JSON.parse(data);
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}
