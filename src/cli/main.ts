import { Command } from 'commander';
import { version } from '../packaging/version.ts';
import { lineOf } from './userError.ts';
import { keepYoungGenerationSmall } from './youngGeneration.ts';

/** Only the command that is asked for is loaded; help wants all of them. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./up.ts')).upCommand(),
  down: async () => (await import('./down.ts')).downCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  kubectl: async () => (await import('./kubectl.ts')).kubectlCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  why: async () => (await import('./why.ts')).whyCommand(),
  clock: async () => (await import('./clock.ts')).clockCommand(),
  join: async () => (await import('./join.ts')).joinCommand(),
  reset: async () => (await import('./reset.ts')).resetCommand(),
};

// Whoever read our output may have gone (EPIPE): that is no reason to stop serving.
process.stdout.on('error', () => {});

keepYoungGenerationSmall();
try {
  const program = new Command('sampan')
    .description('A whole Kubernetes-compatible cluster in one process')
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError();
  const asked = process.argv[2] ?? '';
  const wanted = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of wanted) program.addCommand(await commands[name]!());
  await program.parseAsync();
} catch (error) {
  console.error(`sampan: ${lineOf(error)}`);
  // Whatever was begun ends here: nothing half started goes on.
  process.exit(1);
}
