/** What a connection proved of its other end. */
export interface Peer {
  /** Where it is, as an IP address. */
  readonly address?: string | undefined;
  /** The client certificate. `isTrusted` when it is signed by the CA for clients and in its time. */
  readonly certificate?: {
    readonly isTrusted: boolean;
    readonly commonName: string;
    readonly organizations: readonly string[];
  };
}
