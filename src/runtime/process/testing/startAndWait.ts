import { systemRandom } from '../../../clock/random.ts';
import { SystemClock } from '../../../clock/systemClock.ts';
import { ProcessRuntime } from '../processRuntime.ts';

// A sampan of its own for a test to kill: starts one container and then goes on until it is killed.
const [directory = '', script = ''] = process.argv.slice(2);
const clock = new SystemClock();
const runtime = await ProcessRuntime.open({ clock, random: systemRandom, directory });
const sandbox = await runtime.runPodSandbox({
  namespace: 'd',
  name: 'p',
  uid: 'u',
  attempt: 0,
  labels: {},
  annotations: {},
  hostname: 'p',
  hostNetwork: false,
  address: '10.0.0.2',
});
const id = await runtime.createContainer(sandbox.id, {
  name: 'main',
  image: 'busybox',
  attempt: 0,
  command: ['sh', '-c', script],
  args: [],
  workingDir: undefined,
  env: [],
  mounts: [],
  stdin: false,
  stdinOnce: false,
  tty: false,
  stopSignal: undefined,
});
await runtime.startContainer(id);
// What has been read and not yet written down is lost with the one who read it.
const options = { follow: true, tailLines: undefined, since: undefined };
for await (const _ of runtime.logs(id, options, new AbortController().signal)) break;
process.stdout.write(id);
