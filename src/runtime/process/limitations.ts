import type { ContainerConfig } from '../runtime.ts';
import { ACCOUNT_PATH } from './apiAccess.ts';

/** What a container asks for and a process of the host cannot have. */
export function limitationsOf({ name, image, command, args, mounts, tty }: ContainerConfig): string[] {
  const limitations: string[] = [];
  if (command.length + args.length === 0) {
    limitations.push(
      `Container ${name} has no command, and the process runtime does not know the entry point of image "${image}": a placeholder keeps it running`,
    );
  }
  for (const { containerPath, hostPath } of mounts) {
    // Every pod has an account, and few look: no word about it.
    if (containerPath === hostPath || containerPath === ACCOUNT_PATH) continue;
    limitations.push(
      `Container ${name} finds its volume at $SAMPAN_ROOT${containerPath}, not at ${containerPath}: the process runtime shares the files of the host`,
    );
  }
  if (tty)
    limitations.push(`Container ${name} gets no terminal from the process runtime; "kubectl exec -t" does`);
  return limitations;
}

/** What no pod gets here that the node promises to keep for each. */
export const limitationsOfPods = (podPidsLimit: number | undefined): string[] =>
  podPidsLimit === undefined
    ? []
    : [
        `The pod may have more than ${podPidsLimit} processes: --pod-max-pids is not kept by the process runtime, which gives it no control group`,
      ];
