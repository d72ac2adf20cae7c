import type { Readable } from 'node:stream';
import { badRequest, tooLarge } from '../../../apimachinery/errors.ts';

const NOTHING = new Uint8Array();

/** All that a client sends. Rejects with 413 as soon as that is more than `maxBytes`, and with 400 when the client breaks off. */
export async function readBody(
  stream: Readable,
  declaredLength: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  if (Number(declaredLength) > maxBytes) throw tooLargeBody(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else reject(tooLargeBody(maxBytes));
  });
  const onClose = () => reject(brokenOff());
  stream.once('end', resolve);
  stream.once('error', onClose);
  stream.once('close', onClose);
  await promise;
  stream.off('close', onClose);
  return chunks.length > 1 ? Buffer.concat(chunks, length) : (chunks[0] ?? NOTHING);
}

const tooLargeBody = (maxBytes: number) => tooLarge(`Request entity too large: limit is ${maxBytes}`);
const brokenOff = () => badRequest('the body of the request ended too early');
