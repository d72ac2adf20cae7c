import { type Definition, definitionOf } from '../apimachinery/schema/schema.ts';
import type { Resource } from './resource.ts';

/** The structure of a kind's objects, in the version that its module stands for. */
export const definitionOfResource = ({ custom, group, version, kind }: Resource): Definition =>
  custom?.definition ?? definitionOf(group, version, kind)!;
