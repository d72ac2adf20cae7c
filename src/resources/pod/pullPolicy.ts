const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const REGISTRY = String.raw`(?:${LABEL}(?:\.${LABEL})*|\[[a-fA-F0-9:]+\])(?::\d+)?`;
const DIGEST = '@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
/** What an image is called, without a tag or as the latest. */
const LATEST = new RegExp(`^(?:${REGISTRY}/)?${COMPONENT}(?:/${COMPONENT})*(?::latest(?:${DIGEST})?)?$`);
/** May not be a name: it would be taken for an image's own. */
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** What may be another image tomorrow is pulled each time. */
export const defaultPullPolicy = (image: string): string => (isLatest(image) ? 'Always' : 'IfNotPresent');

/** `nginx`, `nginx:latest` and that with a digest, but neither `nginx:1.27` nor what is no name of an image. */
function isLatest(image: string): boolean {
  if (hasOtherTag(image)) return false;
  return LATEST.test(image) && !IDENTIFIER.test(image);
}

/** Most images have one, for which this is quicker. */
function hasOtherTag(image: string): boolean {
  const colon = image.lastIndexOf(':');
  return colon > image.lastIndexOf('/') && !image.includes(':latest');
}
