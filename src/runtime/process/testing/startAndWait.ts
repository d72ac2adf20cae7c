import { systemRandom } from '../../../clock/random.ts';
import { SystemClock } from '../../../clock/systemClock.ts';
import { POD, sh } from '../../testing/configs.ts';
import { ProcessRuntime } from '../processRuntime.ts';

// A sampan of its own for a test to kill: starts one container and then goes on until it is killed.
const [directory = '', script = ''] = process.argv.slice(2);
const clock = new SystemClock();
const runtime = await ProcessRuntime.open({ clock, random: systemRandom, directory });
const sandbox = await runtime.runPodSandbox(POD);
const id = await runtime.createContainer(sandbox.id, sh(script));
await runtime.startContainer(id);
// What has been read and not yet written down is lost with the one who read it.
const options = { follow: true, tailLines: undefined, since: undefined };
for await (const _ of runtime.logs(id, options, new AbortController().signal)) break;
process.stdout.write(id);
