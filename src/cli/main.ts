import { Command } from 'commander';
import { downCommand } from './down.ts';
import { lineOf } from './fail.ts';
import { joinCommand } from './join.ts';
import { kubectlCommand } from './kubectl.ts';
import { statusCommand } from './status.ts';
import { tokenCommand } from './token.ts';
import { upCommand } from './up.ts';
import { version } from './version.ts';

const program = new Command('sampan')
  .description('A whole Kubernetes-compatible cluster in one process')
  .version(version)
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .addCommand(upCommand())
  .addCommand(downCommand())
  .addCommand(statusCommand())
  .addCommand(kubectlCommand())
  .addCommand(tokenCommand())
  .addCommand(joinCommand());

// Whoever read our output may have gone: that is no reason to stop serving.
process.stdout.on('error', () => {}); // EPIPE

try {
  await program.parseAsync();
} catch (error) {
  console.error(`sampan: ${lineOf(error)}`);
  // Whatever was begun ends here: nothing half started goes on.
  process.exit(1);
}
