import type { ContractId } from '@smartkey/kernel';
import { connect } from 'node:net';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import type { SecretBox, SubjectKeys } from '@smartkey/secrets';
import type { OutgoingMail } from '@smartkey/mail';
import { newId } from '@smartkey/identity';
import type { SandboxClock } from '@smartkey/runtime';
import { TestClock } from '@smartkey/testing';
import { pino } from 'pino';
import { checkpointSettings, ProvedLog } from '@smartkey/transparency';
import { Registry } from 'prom-client';
import { gatewayMigrations, readGatewaySettings, startGateway, type RunningGateway } from '../index.ts';
import { FakeServices } from './fake-services.fixture.ts';

export const OPERATOR_KEY = 'the-operator-key-of-these-tests';
export const TOKEN = 'the-internal-token-of-these-tests';

/** Bound to its context, as a real box is; readable, so that a test can look for what must not be there. */
const LOOKUP_KEY = Buffer.alloc(32, 7);
const box: SecretBox = {
  seal: (secret, context) =>
    Promise.resolve(`sealed.${Buffer.from(context).toString('hex')}.${Buffer.from(secret).toString('hex')}`),
  open: (sealed, context) => {
    const [, bound, secret] = sealed.split('.');
    if (bound !== Buffer.from(context).toString('hex')) return Promise.reject(new Error('another context'));
    return Promise.resolve(Buffer.from(secret!, 'hex'));
  },
};

/** Readable too; an erased subject stays so. */
function readableSubjectKeys(): SubjectKeys {
  const erased = new Set<string>();
  const seal = (subject: string, texts: readonly string[]) =>
    Promise.all(texts.map((text) => box.seal(Buffer.from(text), subject)));
  const open = (subject: string, sealed: readonly string[]) =>
    Promise.all(
      sealed.map(async (text) =>
        erased.has(subject) ? undefined : Buffer.from(await box.open(text, subject)).toString(),
      ),
    );
  return {
    seal,
    open,
    sealMany: (requests) => Promise.all(requests.map(({ subject, texts }) => seal(subject, texts))),
    openMany: (requests) => Promise.all(requests.map(({ subject, sealed }) => open(subject, sealed))),
    erase: (subject) => Promise.resolve(void erased.add(subject)),
    forget: () => Promise.reject(new Error('nothing here is of a period')),
    heed: () => Promise.resolve(),
    sealFirst: () => Promise.reject(new Error('nothing here is of a period')),
  };
}

export interface Call {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked at field by field
  readonly body: any;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly csv?: string;
  readonly raw?: string;
}

let siblings = 0;

/** A gateway before four fake services, on an embedded database of its own. */
export class TestGateway {
  readonly clock = new TestClock('2018-01-01T00:00:00.000Z');
  /** What the system's clock is put forward by, in milliseconds. */
  ahead = 0;
  readonly subjectKeys = readableSubjectKeys();
  readonly secretBox = box;
  /** In place of `clock`, from the next start on. */
  sandbox: SandboxClock | undefined;
  gateway!: RunningGateway;
  /** Lines of its log, from information on. */
  readonly logged: string[] = [];
  /** Mails that it handed over. */
  readonly mails: OutgoingMail[] = [];
  /** From the next start on. */
  mailsBySmtp = false;
  /** The services are of this process, and are reached without sockets: from the next start on. */
  within = false;
  private constructor(
    readonly services: FakeServices,
    private readonly server: DatabaseServer,
    readonly database: Database,
    private readonly env: Readonly<Record<string, string>>,
    private readonly ownsServer: boolean,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
    return TestGateway.on(await openPglite(undefined), 'gateway', env, true);
  }

  /** One with other settings and data of its own, on the same embedded database. */
  sibling(env: Readonly<Record<string, string>>): Promise<TestGateway> {
    return TestGateway.on(this.server, `gateway_${(siblings += 1)}`, env, false);
  }

  private static async on(
    server: DatabaseServer,
    schema: string,
    env: Readonly<Record<string, string>>,
    ownsServer: boolean,
  ): Promise<TestGateway> {
    const database = await server.database(schema);
    await migrate(database, gatewayMigrations, 'gateway', { secretBox: box });
    const services = await FakeServices.start();
    const test = new TestGateway(services, server, database, env, ownsServer);
    await test.restart();
    return test;
  }

  /** Ends the gateway and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.gateway?.close();
    this.gateway = await this.another();
  }

  /** One more gateway on the same data, for the caller to close. */
  another(): Promise<RunningGateway> {
    return startGateway({
      settings: readGatewaySettings({ SMARTKEY_UPSTREAM_TIMEOUT: '20000', ...this.env }),
      operatorKey: OPERATOR_KEY,
      services: this.services.urls,
      ...(this.within && { within: this.connections() }),
      internalToken: TOKEN,
      database: this.database,
      secretBox: box,
      subjectKeys: this.subjectKeys,
      lookupKey: LOOKUP_KEY,
      openProvedLog: (own) =>
        ProvedLog.open({
          ...own,
          service: 'gateway',
          settings: checkpointSettings(this.env, { secret: LOOKUP_KEY }),
          log: pino({ level: 'silent' }),
          metrics: new Registry(),
        }),
      mailsBySmtp: this.mailsBySmtp,
      // Tests of it follow a log of their own.
      noticeMillis: 0,
      mailer: { send: (mail) => Promise.resolve(void this.mails.push(mail)) },
      systemNow: () => Date.now() + this.ahead,
      clock: this.sandbox ?? this.clock,
      log: pino(
        { level: process.env['TEST_LOG'] ?? 'info' },
        process.env['TEST_LOG'] === undefined
          ? { write: (line) => void this.logged.push(line) }
          : process.stderr,
      ),
      metrics: new Registry(),
      host: '127.0.0.1',
      port: 0,
    });
  }

  private connections() {
    const { services } = this;
    return {
      contract: () => services.connect('contract'),
      'device-registry': () => services.connect('device-registry'),
      authentication: () => services.connect('authentication'),
      billing: () => services.connect('billing'),
    };
  }

  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Call> {
    const { key = OPERATOR_KEY, idempotencyKey, csv, raw } = options;
    const payload = csv ?? raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.gateway.url + path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(payload !== undefined && { 'content-type': csv === undefined ? 'application/json' : 'text/csv' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...options.headers,
      },
      ...(payload !== undefined && { body: payload }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      body: json && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  /**
   * What is sent, byte for byte, over a connection of its own, and what comes back until the gateway ends it.
   * @param forMillis the connection is cut off after so long, where the gateway has not ended it.
   */
  raw(sent: string | Buffer, forMillis?: number): Promise<{ readonly text: string }> {
    const { hostname, port } = new URL(this.gateway.url);
    return new Promise((resolve, reject) => {
      let text = '';
      let timer: NodeJS.Timeout | undefined;
      const socket = connect(Number(port), hostname, () => {
        socket.write(sent);
        if (forMillis !== undefined) timer = setTimeout(() => socket.destroy(), forMillis);
      });
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => {
        clearTimeout(timer);
        resolve({ text });
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET') reject(error);
      });
    });
  }

  /** A contract that the contract service knows. */
  contract(): ContractId {
    const id = newId('ctr', this.clock.now());
    this.services.contracts.add(id);
    return id;
  }

  /** A key of a contract. */
  async keyOf(
    contract: ContractId,
    role: 'contractor' | 'service-provider',
  ): Promise<{ id: string; key: string }> {
    return (await this.call('POST', `/v1/contracts/${contract}/keys`, { role })).body;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.services.close();
    if (this.ownsServer) await this.server.close();
  }
}
