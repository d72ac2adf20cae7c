export interface Address {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly ttl: number;
  readonly data: string;
}

export interface Text {
  readonly name: string;
  readonly type: 'TXT' | 'CNAME' | 'PTR' | 'NS';
  readonly ttl: number;
  readonly data: string;
}

interface ServicePlace {
  readonly name: string;
  readonly type: 'SRV';
  readonly ttl: number;
  readonly data: {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  };
}

interface Authority {
  readonly name: string;
  readonly type: 'SOA';
  readonly ttl: number;
  readonly data: {
    readonly mname: string;
    readonly rname: string;
    readonly serial: number;
    readonly refresh: number;
    readonly retry: number;
    readonly expire: number;
    readonly minimum: number;
  };
}

/** A resource record, as `dns-packet` takes it. */
export type ZoneRecord = Address | Text | ServicePlace | Authority;

/** What is known of a name. No records: the name is there, and has none of that type. */
export type Found =
  | {
      readonly records: readonly ZoneRecord[];
      /** What whoever asks will want to know next. */
      readonly more: readonly ZoneRecord[];
      /** The zone's own name. */
      readonly isApex?: boolean;
    }
  | { readonly alias: string }
  | 'no such name';

export const NO_DATA = { records: [], more: [] } as const;
export const NO_NAME = 'no such name';
