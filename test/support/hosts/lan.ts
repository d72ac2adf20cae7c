import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Host } from './host.ts';
import { Namespaces } from './namespaces.ts';

const run = promisify(execFile);

const REGISTRY = join(import.meta.dirname, 'registry.ts');
const REGISTRY_ADDRESS = '10.77.0.254';
const PORT = '5000';
/** Where hosts of the network have images from. */
export const REGISTRY_URL = `http://${REGISTRY_ADDRESS}:${PORT}`;

const SWITCH = `
ip link add switch type bridge
ip addr add ${REGISTRY_ADDRESS}/24 dev switch
ip link set switch up
`;

/** The network of a test's hosts, in a namespace of its own: a switch with a cable to each, and a registry. */
export class Lan {
  readonly #switch: Namespaces;

  private constructor(namespaces: Namespaces) {
    this.#switch = namespaces;
  }

  /** The registry has that image, by all names. It is a folder in OCI's layout. */
  static async start(image: string): Promise<Lan> {
    const lan = new Lan(await Namespaces.start(SWITCH));
    const registry = lan.#switch.start([process.execPath, REGISTRY, image, PORT]);
    await registry.command.until(/serving/);
    return lan;
  }

  async connect({ name, address, namespaces }: Host): Promise<void> {
    const [host, lan] = [namespaces.pid, this.#switch.pid].map(String) as [string, string];
    await run('ip', [
      'link',
      'add',
      'eth0',
      'netns',
      host,
      'type',
      'veth',
      'peer',
      'name',
      name,
      'netns',
      lan,
    ]);
    await this.#ip('link', 'set', name, 'up');
    await this.mend({ name });
    await namespaces.run(['ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
    await namespaces.run(['ip', 'link', 'set', 'eth0', 'up']);
  }

  /** Nothing goes through any more, and nobody is told. */
  async cut({ name }: Pick<Host, 'name'>): Promise<void> {
    await this.#ip('link', 'set', name, 'nomaster');
  }

  async mend({ name }: Pick<Host, 'name'>): Promise<void> {
    await this.#ip('link', 'set', name, 'master', 'switch');
  }

  async stop(): Promise<void> {
    await this.#switch.stop();
  }

  async #ip(...args: string[]): Promise<void> {
    const { code, stderr } = await this.#switch.run(['ip', ...args]);
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  }
}
