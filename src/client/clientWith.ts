import type { Client } from './client.ts';

/** A client that does some things differently. */
export const clientWith = (client: Client, different: Partial<Client>): Client => ({
  get: client.get.bind(client),
  list: client.list.bind(client),
  watch: client.watch.bind(client),
  create: client.create.bind(client),
  update: client.update.bind(client),
  patch: client.patch.bind(client),
  delete: client.delete.bind(client),
  createSubresource: client.createSubresource.bind(client),
  as: client.as.bind(client),
  ...different,
});
