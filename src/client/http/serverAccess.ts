/** Where an API server is, and how both sides know each other. */
export interface ServerAccess {
  /** `https://127.0.0.1:6443`; a path is put before that of every request. */
  readonly server: string;
  /** PEM. Only what these authorities signed is trusted; the machine's own list unless given. */
  readonly caCertificate?: string | undefined;
  /** The name that the server's certificate must carry, if not that of its URL. */
  readonly serverName?: string | undefined;
  /** Believe any server. For finding one whose authority is not known yet. */
  readonly isUnverified?: boolean | undefined;
  /** Nothing for an anonymous client. */
  readonly credentials?: ClientCredentials | undefined;
}

/** A client certificate with its key (PEM), or a bearer token. */
export type ClientCredentials =
  | { readonly certificate: string; readonly key: string }
  | { readonly token: string };
