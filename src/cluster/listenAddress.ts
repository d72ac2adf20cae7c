import { isIP } from 'node:net';

/** Where the API server listens. Port 0 takes any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `127.0.0.1:6443`, `[::1]:6443` or `localhost:0`. Throws with a line for the user. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  const isHost =
    host !== undefined && (isIP(host) !== 0 || /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(host));
  if (!isHost || port > 65_535) {
    throw new Error(`Cannot listen on "${text}": give an address and a port, as in 127.0.0.1:6443`);
  }
  return { host, port };
}

/** As it stands in a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
