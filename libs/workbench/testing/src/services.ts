import type { DatabaseServer } from '@smartkey/database';
import { EmbeddedEventBus, FeedDirectory } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import { idOfStream, type Instant } from '@smartkey/kernel';
import {
  openClock,
  PeerDirectory,
  type BusinessClock,
  type ServiceDefinition,
  type ServiceEnvironment,
} from '@smartkey/runtime';
import { KeyRing } from '@smartkey/secrets';
import { pino } from 'pino';
import { Registry } from 'prom-client';

const TOKEN = 'internal-token-of-the-tests';

/** What services of a test run in. */
export type TestEnvironment = ServiceEnvironment & {
  readonly clock: BusinessClock;
  readonly bus: EmbeddedEventBus;
};

/** An environment on a server, with a sandbox clock that stands still until it is set; services hear one another through it. */
export async function testEnvironment(
  server: DatabaseServer,
  start: Instant,
  variables: ServiceEnvironment['variables'],
): Promise<TestEnvironment> {
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const feeds = new FeedDirectory();
  const clockSettings = { mode: 'sandbox', start } as const;
  const runtime = await server.database('runtime');
  await runtime.script(
    `create table if not exists business_clock (only_row boolean primary key default true, mode text not null, now timestamptz)`,
  );
  return {
    server,
    clock: await openClock(runtime, clockSettings),
    clockSettings,
    material: {
      keyEncryption: new KeyRing([new Uint8Array(32).fill(1)]),
      lookupKey: new Uint8Array(32).fill(7),
      internalToken: TOKEN,
      source: 'the tests',
    },
    feeds,
    bus: new EmbeddedEventBus(feeds, { log, pollMillis: 20 }),
    peers: new PeerDirectory(),
    log,
    metrics: new Registry(),
    variables,
    host: '127.0.0.1',
    watermarkMillis: 20,
  };
}

/** A neighbour of the service that is tested: it publishes what a test appends to its log, as it stands. */
export const speaking: Pick<ServiceDefinition, 'migrations' | 'projections' | 'publish'> = {
  migrations: [],
  projections: [],
  publish: ({ type, version, data, stream }) => ({
    type,
    version,
    data,
    contract: idOfStream('ctr', stream),
  }),
};

/** Who calls, as the gateway would tell it, and what comes along. */
export interface TestCall extends Omit<Parameters<typeof internalHeaders>[0], 'token'> {
  /** Sent as it is where it is a file, else as JSON; nothing is sent where there is none. */
  readonly body?: unknown;
  /** The media type of a body that is a file. */
  readonly file?: string;
  readonly headers?: object;
}

export interface TestAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** An answer of a service in a test environment as it came. */
export function fetchFrom(
  url: string,
  method: string,
  { body, file, headers, ...caller }: TestCall,
): Promise<Response> {
  const content = file === undefined ? JSON.stringify(body) : (body as string | Uint8Array);
  return fetch(url, {
    method,
    headers: {
      ...internalHeaders({ token: TOKEN, ...caller }),
      ...(body !== undefined && { 'content-type': file ?? 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: content }),
  });
}

/** What a service in a test environment answers: JSON as what it says, anything else as text. */
export async function ask<Body>(url: string, method: string, call: TestCall): Promise<TestAnswer<Body>> {
  const response = await fetchFrom(url, method, call);
  const { status, headers } = response;
  const text = await response.text();
  const json = headers.get('content-type')?.includes('json') === true;
  return { status, headers, body: (json ? JSON.parse(text) : text) as Body };
}
