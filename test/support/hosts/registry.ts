import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';

/**
 * Serves one image under every name and tag, over HTTP: `node registry.ts FOLDER PORT`. The folder is an image in OCI's layout. See
 * https://github.com/opencontainers/distribution-spec.
 */
const [folder = '', port = ''] = process.argv.slice(2);
const [image] = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).manifests;
const MANIFEST = /^\/v2\/.+\/manifests\/(?:[^:/]+|(sha256:[0-9a-f]+))$/;
const BLOB = /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]+)$/;

createServer(({ url = '' }, response) => {
  const path = url.split('?')[0]!;
  const manifest = MANIFEST.exec(path);
  const blob = BLOB.exec(path);
  if (manifest) send(response, manifest[1] ?? image.digest, image.mediaType);
  else if (blob) send(response, blob[1]!, 'application/octet-stream');
  else response.writeHead(path === '/v2/' ? 200 : 404).end();
}).listen(Number(port), () => process.stdout.write('serving\n'));

function send(response: ServerResponse, digest: string, contentType: string): void {
  const path = join(folder, 'blobs', digest.replace(':', '/'));
  if (!existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': contentType, 'Docker-Content-Digest': digest });
  createReadStream(path).pipe(response);
}
