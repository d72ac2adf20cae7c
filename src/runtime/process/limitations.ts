import type { ContainerConfig } from '../runtime.ts';

/** Every pod has this one, and few look: no word about it. */
const SERVICE_ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What a container asks for and a process of the host cannot have. */
export function limitationsOf({ name, image, command, args, mounts, tty }: ContainerConfig): string[] {
  const limitations: string[] = [];
  if (command.length + args.length === 0) {
    limitations.push(
      `Container ${name} has no command, and the process runtime does not know the entry point of image "${image}": a placeholder keeps it running`,
    );
  }
  for (const { containerPath, hostPath } of mounts) {
    if (containerPath === hostPath || containerPath === SERVICE_ACCOUNT_PATH) continue;
    limitations.push(
      `Container ${name} finds its volume at $SAMPAN_ROOT${containerPath}, not at ${containerPath}: the process runtime shares the files of the host`,
    );
  }
  if (tty)
    limitations.push(`Container ${name} gets no terminal from the process runtime; "kubectl exec -t" does`);
  return limitations;
}
