import { repeat, report } from './support/report.ts';
import { startServer } from './support/server.ts';

const RUNS = 5;

interface Pod {
  status?: { phase?: string };
}

/** From the start of the process to an API that is ready, and to a first pod that runs. */
export async function benchLaunch(): Promise<void> {
  const runs = await repeat(RUNS, async () => {
    await using server = await startServer();
    await server.api.call('GET', '/readyz');
    const ready = performance.now() - server.launchedAt;
    const pod = { metadata: { name: 'first' }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    const running = server.api.until<Pod>(
      '/api/v1/namespaces/default/pods',
      'first',
      ({ status }) => status?.phase === 'Running',
    );
    await server.api.call('POST', '/api/v1/namespaces/default/pods', pod);
    await running;
    return { ready, firstPod: performance.now() - server.launchedAt };
  });
  report(
    'launch to /readyz',
    'ms',
    runs.map(({ ready }) => ready),
  );
  report(
    'launch to first pod Running',
    'ms',
    runs.map(({ firstPod }) => firstPod),
  );
}
