import { Command, Option } from 'commander';
import { serverAccessFromKubeconfig } from '../client/http/kubeconfig.ts';
import { SystemClock } from '../clock/systemClock.ts';
import {
  createToken,
  DEFAULT_TTL_MS,
  deleteToken,
  listTokens,
  nextNodeName,
  tokenText,
} from '../cluster/tokens.ts';
import { publicKeyHash } from '../pki/certificateAuthority.ts';
import type { BootstrapToken } from '../resources/bootstrapToken.ts';
import { type AdminAccess, withAdmin } from './adminClient.ts';
import { dataDirOption } from './dataDirOption.ts';
import { durationOption } from './duration.ts';
import { tokenTable } from './tokenTable.ts';

interface CreateOptions {
  readonly dataDir: string;
  readonly ttl: number;
  readonly description?: string;
  readonly printJoinCommand?: boolean;
}

const clock = new SystemClock();

/** `sampan token …`: the tokens by which nodes join. */
export const tokenCommand = (): Command =>
  new Command('token')
    .description('make, list and delete the tokens by which nodes join')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand());

const createCommand = () =>
  new Command('create')
    .description('make a token and print it')
    .addOption(dataDirOption())
    .addOption(ttlOption())
    .option('--description <text>', 'what it is for')
    .option('--print-join-command', 'print the whole command by which a node joins')
    .action((options: CreateOptions) =>
      withAdmin(options.dataDir, clock, (access) => create(access, options)),
    );

const ttlOption = () =>
  new Option('--ttl <duration>', 'how long it may be used; 0: for ever')
    .argParser(durationOption)
    .default(DEFAULT_TTL_MS, '24h');

const listCommand = () =>
  new Command('list')
    .description('list the tokens')
    .addOption(dataDirOption())
    .action(({ dataDir }: { dataDir: string }) =>
      withAdmin(dataDir, clock, async ({ client }) => {
        for (const line of tokenTable(await listTokens(client), clock.now())) console.log(line);
      }),
    );

const deleteCommand = () =>
  new Command('delete')
    .description('delete tokens, so that nobody joins with them any more')
    .argument('<token...>', 'tokens, or their ids')
    .addOption(dataDirOption())
    .action((tokens: string[], { dataDir }: { dataDir: string }) =>
      withAdmin(dataDir, clock, async ({ client }) => {
        for (const token of tokens)
          console.log(`bootstrap token "${await deleteToken(client, token)}" deleted`);
      }),
    );

async function create(
  access: AdminAccess,
  { ttl, description, printJoinCommand }: CreateOptions,
): Promise<void> {
  const token = await createToken(access.client, clock, { ttlMs: ttl, description });
  console.log(printJoinCommand ? await joinLine(access, token) : tokenText(token));
}

/** What to type on the new node. The name is a suggestion: a joining machine cannot see which are free. */
async function joinLine({ client, kubeconfig }: AdminAccess, token: BootstrapToken): Promise<string> {
  const { server, caCertificate = '' } = serverAccessFromKubeconfig(kubeconfig);
  return [
    `sampan join ${new URL(server).host}`,
    `--token ${tokenText(token)}`,
    `--discovery-token-ca-cert-hash ${publicKeyHash(caCertificate)}`,
    `--node-name ${await nextNodeName(client)}`,
  ].join(' ');
}
