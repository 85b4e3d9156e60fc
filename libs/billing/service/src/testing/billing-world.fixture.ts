import type { DatabaseServer } from '@smartkey/database';
import { CONSISTENCY_TOKEN, encodeConsistencyToken, INTERNAL } from '@smartkey/http';
import type { Actor, Instant, ContractId, RunId } from '@smartkey/kernel';
import { createService, type BusinessClock, type Service, type ServiceDefinition } from '@smartkey/runtime';
import { onLoopback } from '@smartkey/servers';
import { untilSeen } from '@smartkey/testing';
import {
  ask,
  fetchFrom,
  testEnvironment,
  type TestAnswer,
  type TestEnvironment,
} from '@smartkey/testing/services';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { billingService } from '../billing.definition.ts';
import { Logs } from './logs.fixture.ts';

export const operator: Actor = { role: 'operator', key: 'key_o' };
export const contractor = (contract: ContractId): Actor => ({ role: 'contractor', key: 'key_c', contract });

export const ISSUER = {
  SMARTKEY_ISSUER_NAME: '株式会社見本',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
};

/** Documents are rendered where a test asks for them, not beside all others. */
const QUIET = { SMARTKEY_RENDERING: 'on-demand' };

/** The billing service as it runs, with all its parts real; what the other services publish is written down by the test. */
export class BillingWorld {
  readonly logs = new Logs();
  readonly #contracts: Server;

  private constructor(public environment: TestEnvironment) {
    // The other services as far as billing asks them: which contracts there are, what accounts are called, and how far their logs go.
    this.#contracts = createServer((request, response) => {
      const [, service = '', path = ''] = /^\/([a-z-]+)(\/.*)$/.exec(request.url ?? '') ?? [];
      if (path === '/internal/accounts/external-ids') return void this.#tellExternalIds(request, response);
      const head = /^\/internal\/log\/checkpoints\/head\?position=(\d+)$/.exec(path);
      const log = this.logs.all.find(({ source }) => source === service);
      if (head !== null && log !== undefined && this.tellHeads)
        return void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(log.headAt(BigInt(head[1]!))));
      const known = this.logs.contract.messages.some(
        ({ contract }) => path === `/internal/contracts/${contract}/facts`,
      );
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    });
  }

  service: Service | undefined;
  /** Whether the other services say how far their logs go. */
  tellHeads = true;
  /** Accounts that the registry does not know any more. */
  readonly erased = new Set<string>();

  async #tellExternalIds(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { accounts } = JSON.parse(Buffer.concat(parts).toString()) as { accounts: string[] };
    const known = accounts.filter((account) => !this.erased.has(account));
    const externalIds = Object.fromEntries(known.map((account) => [account, `${account}@例.jp`]));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ externalIds }));
  }

  static #worlds = 0;

  /** @param shared one embedded server for many worlds, each with schemas of its own. */
  static async make(
    shared: DatabaseServer,
    start: Instant,
    variables: Readonly<Record<string, string>> = ISSUER,
  ): Promise<BillingWorld> {
    const number = (BillingWorld.#worlds += 1);
    const server: DatabaseServer = {
      kind: shared.kind,
      statements: 0,
      database: (schema) => shared.database(`w${number}_${schema}`),
      close: () => Promise.resolve(),
    };
    const environment = await testEnvironment(server, start, { ...QUIET, ...variables });
    const world = new BillingWorld(environment);
    for (const source of world.logs.all) environment.feeds.add(source.source, source);
    const url = await onLoopback(world.#contracts);
    for (const service of ['contract', 'device-registry', 'authentication'] as const)
      environment.peers.set(service, `${url}/${service}`);
    return world;
  }

  async start(definition: ServiceDefinition = billingService): Promise<void> {
    this.service = await createService(definition, { ...this.environment, metrics: new Registry() });
    await this.service.run();
  }

  /** Another instance of the service on the same database, running. */
  async another(): Promise<BillingWorld> {
    const other = Object.create(this) as BillingWorld;
    await other.start();
    return other;
  }

  /** The service again on the same database, with another environment. */
  async restart(variables: Readonly<Record<string, string>>): Promise<void> {
    await this.stopService();
    this.environment = { ...this.environment, variables: { ...QUIET, ...variables } };
    await this.start();
  }

  async stopService(): Promise<void> {
    await this.service?.stopListening();
    await this.service?.stop();
    this.service = undefined;
  }

  async dispose(): Promise<void> {
    await this.stopService();
    await this.environment.bus.close();
    this.#contracts.closeAllConnections();
    this.#contracts.close();
  }

  get clock(): BusinessClock {
    return this.environment.clock;
  }

  /** An answer as it came: of a file. */
  raw(path: string, actor: Actor = operator, headers: object = {}): Promise<Response> {
    return fetchFrom(`${this.service!.url}/v1${path}`, 'GET', { actor, headers });
  }

  call<Body>(
    method: string,
    path: string,
    actor: Actor = operator,
    body?: unknown,
    headers: object = {},
  ): Promise<TestAnswer<Body>> {
    return ask(`${this.service!.url}/v1${path}`, method, { actor, body, headers });
  }

  /** The body of an answer that must be a success. */
  async get<Body>(path: string, actor: Actor = operator, headers: object = {}): Promise<Body> {
    const answer = await this.call<Body>('GET', path, actor, undefined, headers);
    if (answer.status !== 200)
      throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Waits until the ledger has taken in everything that the logs say. */
  async caughtUp(): Promise<void> {
    for (const { source, messages } of this.logs.all) {
      const last = messages.at(-1);
      if (last === undefined) continue;
      const token = encodeConsistencyToken({ source, position: last.position });
      await this.get(`/contracts/${this.logs.contract.messages[0]!.contract}/usage/2018-01`, operator, {
        [CONSISTENCY_TOKEN]: token,
      });
    }
  }

  /** Sandbox: what is due by then is done, as the one who moves the clock asks for it. */
  async settle(instant: Instant): Promise<number> {
    const { status } = await ask(`${this.service!.url}/internal/clock/settle`, 'POST', { body: { instant } });
    return status;
  }

  /** As a repeatable command. */
  commandHeaders(commandId: string): object {
    return { [INTERNAL.commandId]: commandId, [INTERNAL.repeatable]: '1' };
  }

  async requestClose(month: string): Promise<RunId> {
    const answer = await this.call<{ runId: RunId }>('POST', `/billing/months/${month}/close`);
    if (answer.status !== 202)
      throw new Error(`close answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.runId;
  }

  /** Closes a month and waits for the run to end. */
  async close(month: string): Promise<Run> {
    return this.finished(await this.requestClose(month));
  }

  /** The contracts that a run has parked, page by page. */
  async parkedBy(runId: RunId, limit = 200): Promise<readonly Parked[]> {
    const all: Parked[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Parked[]; nextCursor: string | null } = await this.get(
        `/billing/runs/${runId}/parked?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }

  async finished(runId: RunId): Promise<Run> {
    return untilSeen(
      () => this.get<Run>(`/billing/runs/${runId}`),
      ({ state }) => state === 'completed' || state === 'partial',
    );
  }
}

export interface Run {
  readonly id: RunId;
  readonly state: string;
  readonly contracts: {
    readonly total: number;
    readonly issued: number;
    readonly nothingDue: number;
    readonly parked: number;
  };
  readonly waitingFor: readonly string[];
}

export interface Parked {
  readonly contract: ContractId;
  readonly code: string;
  readonly reason: string;
}
