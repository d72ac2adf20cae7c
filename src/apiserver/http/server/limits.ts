/** A connection that nothing happens on is closed after this. */
export const IDLE_TIMEOUT_MS = 90_000;
/** A client gets this long to send a request. */
export const READ_TIMEOUT_MS = 60_000;
/** The names and values of all headers of a request together. */
export const MAX_HEADER_BYTES = 64 * 1024;
/** A client gets this long to agree on keys. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The rest of a body that nobody wants is read up to this length, so that its sender gets to see the answer. */
export const MOST_DISCARDED_BYTES = 16 * 1024 * 1024;
