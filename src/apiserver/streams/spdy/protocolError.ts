/** The peer broke SPDY, or asked for more than we hold for one peer. The connection ends. */
export class SpdyProtocolError extends Error {
  override readonly name = 'SpdyProtocolError';
}
