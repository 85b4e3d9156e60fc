import type { Readable } from 'node:stream';
import type { Signatory } from '@smartkey/kernel';
import { internalHeaders, type Caller } from '@smartkey/http';
import type { Answer } from '../front/answer.ts';
import { HOP_BY_HOP } from './hop-by-hop.ts';

/** A request on its way to its owner. */
export interface OwnerRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable | undefined;
  /** Milliseconds until the answer must begin, where it is not the owner's own limit. */
  readonly timeout?: number;
}

/** Where requests of one owner go. */
export interface OwnerPort {
  /** @throws ProblemException 503 where the owner cannot be reached or does not answer in time. */
  send(request: OwnerRequest): Promise<Answer>;
}

/** The headers of a client that owners may see; everything else, and whatever looks internal, stays at the gate. */
const PASSED = [
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-none-match',
  'consistency-token',
  'traceparent',
  'tracestate',
] as const;

export function ownerHeaders(
  client: Readonly<Record<string, string | string[] | undefined>>,
  call: {
    readonly token: string;
    readonly actor?: Caller;
    readonly visitor?: string;
    readonly signatory?: Signatory;
    readonly commandId?: string;
    readonly repeatable?: boolean;
    readonly requestId: string;
  },
): Record<string, string> {
  const headers = internalHeaders(call);
  headers['x-request-id'] = call.requestId;
  for (const name of PASSED) {
    const value = client[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** What is of a connection, or said by us anew. */
const DROPPED = new Set([...HOP_BY_HOP, 'content-length', 'date', 'x-request-id']);

/** The headers of an owner's answer that go to the client. */
export function answerHeaders(
  given: Readonly<Record<string, string | string[] | number | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in given) {
    const value = given[name];
    if (value === undefined || DROPPED.has(name) || name.startsWith('x-smartkey-')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return headers;
}
