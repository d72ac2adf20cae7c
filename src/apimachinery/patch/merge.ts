import { badRequest } from '../errors.ts';
import { setOwn } from '../object.ts';
import { isJsonObject, type JsonObject, typeInGo } from './jsonValue.ts';

/**
 * Applies a JSON merge patch (RFC 7386) and returns the new document, which shares with both what it did not
 * change. Throws 400 when the patch is no object.
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isJsonObject(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${typeInGo(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return merge(document, patch);
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete merged[key];
    else setOwn(merged, key, merge(Object.hasOwn(merged, key) ? merged[key] : undefined, patch[key]));
  }
  return merged;
}
