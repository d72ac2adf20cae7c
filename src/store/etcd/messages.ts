import { Message } from '../../apimachinery/protobuf.ts';

/**
 * The part of etcd's API that a store needs (`etcd/api/etcdserverpb/rpc.proto` and `mvccpb/kv.proto`; their field numbers never
 * change). Of a union such as `RequestOp` exactly one field is set.
 */
export interface KeyValue {
  key: string;
  createRevision: number;
  modRevision: number;
  value: string;
}

interface ResponseHeader {
  revision: number;
}

export interface RangeRequest {
  key: string;
  rangeEnd?: string | undefined;
  limit?: number;
  revision?: number;
}

export interface RangeResponse {
  header: ResponseHeader;
  kvs: KeyValue[];
  more: boolean;
}

interface PutRequest {
  key: string;
  value: string;
}

interface DeleteRangeRequest {
  key: string;
  prevKv: boolean;
}

interface DeleteRangeResponse {
  prevKvs: KeyValue[];
}

export interface RequestOp {
  range?: RangeRequest;
  put?: PutRequest;
  deleteRange?: DeleteRangeRequest;
}

interface ResponseOp {
  range?: RangeResponse;
  deleteRange?: DeleteRangeResponse;
}

export const COMPARE_EQUAL = 0;
export const COMPARE_GREATER = 1;
export const TARGET_MOD_REVISION = 2;

export interface Compare {
  result: number;
  target: number;
  key: string;
  modRevision: number;
}

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

export interface TxnResponse {
  header: ResponseHeader;
  succeeded: boolean;
  responses: ResponseOp[];
}

export interface CompactionRequest {
  revision: number;
}

export interface CompactionResponse {
  header: ResponseHeader;
}

interface WatchCreateRequest {
  key: string;
  rangeEnd: string;
  startRevision: number;
}

export interface WatchRequest {
  create: WatchCreateRequest;
}

export const EVENT_DELETE = 1;

export interface WatchEvent {
  type: number;
  kv: KeyValue;
}

export interface WatchResponse {
  header: ResponseHeader;
  canceled: boolean;
  /** Set when the watch asked for a revision that has been compacted. */
  compactRevision: number;
  cancelReason: string;
  events: WatchEvent[];
}

const keyValue = new Message<KeyValue>({
  key: [1, 'text'],
  createRevision: [2, 'number'],
  modRevision: [3, 'number'],
  value: [5, 'text'],
});

const header = new Message<ResponseHeader>({ revision: [3, 'number'] });

export const rangeRequest = new Message<RangeRequest>({
  key: [1, 'text'],
  rangeEnd: [2, 'text'],
  limit: [3, 'number'],
  revision: [4, 'number'],
});

export const rangeResponse = new Message<RangeResponse>({
  header: [1, header],
  kvs: [2, keyValue, 'many'],
  more: [3, 'boolean'],
});

const requestOp = new Message<RequestOp>({
  range: [1, rangeRequest],
  put: [2, new Message<PutRequest>({ key: [1, 'text'], value: [2, 'text'] })],
  deleteRange: [3, new Message<DeleteRangeRequest>({ key: [1, 'text'], prevKv: [3, 'boolean'] })],
});

const responseOp = new Message<ResponseOp>({
  range: [1, rangeResponse],
  deleteRange: [3, new Message<DeleteRangeResponse>({ prevKvs: [3, keyValue, 'many'] })],
});

const compare = new Message<Compare>({
  result: [1, 'number'],
  target: [2, 'number'],
  key: [3, 'text'],
  modRevision: [6, 'number'],
});

export const txnRequest = new Message<TxnRequest>({
  compare: [1, compare, 'many'],
  success: [2, requestOp, 'many'],
  failure: [3, requestOp, 'many'],
});

export const txnResponse = new Message<TxnResponse>({
  header: [1, header],
  succeeded: [2, 'boolean'],
  responses: [3, responseOp, 'many'],
});

export const compactionRequest = new Message<CompactionRequest>({ revision: [1, 'number'] });

export const compactionResponse = new Message<CompactionResponse>({ header: [1, header] });

export const watchRequest = new Message<WatchRequest>({
  create: [
    1,
    new Message<WatchCreateRequest>({
      key: [1, 'text'],
      rangeEnd: [2, 'text'],
      startRevision: [3, 'number'],
    }),
  ],
});

export const watchResponse = new Message<WatchResponse>({
  header: [1, header],
  canceled: [4, 'boolean'],
  compactRevision: [5, 'number'],
  cancelReason: [6, 'text'],
  events: [11, new Message<WatchEvent>({ type: [1, 'number'], kv: [2, keyValue] }), 'many'],
});
