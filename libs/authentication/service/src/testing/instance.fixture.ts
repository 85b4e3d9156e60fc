import { Writable } from 'node:stream';
import { migrate, type Database } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { createHttpApplication, internalHeaders } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import type { ServiceAssembly, ServiceParts } from '@smartkey/runtime';
import { KeyRing, openSecrets, type Secrets } from '@smartkey/secrets';
import type { TestClock } from '@smartkey/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AttemptLog } from '../attempt-log/attempt-log.ts';
import { authenticationService } from '../authentication.definition.ts';
import type { FakeOwners } from './owners.fixture.ts';

const TOKEN = 'internal-token-of-the-tests';
const KEK = new Uint8Array(32).fill(1);

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One running instance of the service: its own store, keys in memory, HTTP; what it logs is kept. */
export class Instance {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly assembly: ServiceAssembly,
    readonly store: EventStore,
    readonly secrets: Secrets,
    readonly metrics: Registry,
    readonly logged: string[],
  ) {}

  static async start(database: Database, owners: FakeOwners, clock: TestClock): Promise<Instance> {
    const store = await createEventStore(database, clock);
    const material = { keyEncryption: new KeyRing([KEK]), source: 'the tests' };
    const secrets = await openSecrets({ database, service: 'authentication', material });
    await migrate(database, authenticationService.migrations, 'authentication', secrets);
    const logged: string[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(chunk.toString());
        done();
      },
    });
    const metrics = new Registry();
    const log = pino({ level: 'trace' }, sink);
    const parts: ServiceParts = {
      name: 'authentication',
      clock,
      database,
      store,
      subjectKeys: secrets.subjectKeys,
      secretBox: secrets.secretBox,
      lookupKey: owners.lookupKey,
      peers: owners,
      wantWatermark: () => undefined,
      log,
      metrics,
      environment: {},
      projection: () => {
        throw new Error('this service has no projections');
      },
      logsInDoubt: () => Promise.resolve([]),
      signLog: () => Promise.resolve(undefined),
      logHead: () => Promise.resolve(undefined),
      logWitnessed: () => Promise.resolve(undefined),
      proofPart: () => Promise.reject(new Error('this log has no tree')),
    };
    const assembly = await authenticationService.assemble(parts);
    const app = await createHttpApplication(assembly.module, {
      name: 'authentication',
      log,
      metrics,
      internalToken: TOKEN,
    });
    await app.listen(0, '127.0.0.1');
    return new Instance(app, await app.getUrl(), assembly, store, secrets, metrics, logged);
  }

  async call<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    as: { readonly actor?: Actor; readonly commandId?: string } = {},
  ): Promise<Answer<T>> {
    const headers = internalHeaders({ token: TOKEN, repeatable: as.commandId !== undefined, ...as });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: text,
    });
    const answer = await response.text();
    return {
      status: response.status,
      body: (answer === '' ? {} : JSON.parse(answer)) as T,
      headers: Object.fromEntries(response.headers),
    };
  }

  async get<T = Record<string, unknown>>(
    path: string,
    actor: Actor,
    accept = 'application/json',
  ): Promise<Answer<T> & { readonly text: string }> {
    const headers = { ...internalHeaders({ token: TOKEN, actor }), accept };
    const response = await fetch(`${this.url}${path}`, { headers });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : {}) as T,
      headers: Object.fromEntries(response.headers),
      text,
    };
  }

  get attempts(): AttemptLog {
    return this.app.get(AttemptLog);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.assembly.stop?.();
  }
}
