import { readGenerated } from '../../apimachinery/schema/schema.ts';

/** The release of Kubernetes that this server speaks, with its own name behind it. */
export const GIT_VERSION = 'v1.36.0+sampan';

let build: object | undefined;

/** `/version`. Commit and date are those of sampan. */
export function versionInfo(): object {
  build ??= readGenerated('build.json') as object;
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: GIT_VERSION,
    ...build,
    goVersion: `node${process.versions.node}`,
    compiler: 'v8',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
}
