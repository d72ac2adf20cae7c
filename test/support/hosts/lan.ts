import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Host } from './host.ts';
import { Namespaces } from './namespaces.ts';

const run = promisify(execFile);

/** The network of a test's hosts: a switch in a namespace of its own, with a cable to each. */
export class Lan {
  readonly #switch: Namespaces;

  private constructor(namespaces: Namespaces) {
    this.#switch = namespaces;
  }

  static async start(): Promise<Lan> {
    return new Lan(await Namespaces.start('ip link add switch type bridge; ip link set switch up'));
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
