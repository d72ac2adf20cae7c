import type { DaemonSet } from '../../generated/types.ts';
import type { AnnotationRule } from '../annotationRules.ts';

const NODE_STARTUP = 'sampan.dev/node-startup';
const REQUIRED = 'required';

/** `sampan.dev/node-startup: required`: a new node takes no ordinary pods before this DaemonSet's daemon is Ready there (#75890). */
export const isRequiredAtStartup = ({ metadata }: Pick<DaemonSet, 'metadata'>): boolean =>
  metadata.annotations?.[NODE_STARTUP] === REQUIRED;

export const nodeStartupRule: AnnotationRule = [NODE_STARTUP, (text) => text === REQUIRED, `"${REQUIRED}"`];
