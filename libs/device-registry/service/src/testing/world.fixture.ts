import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { Caller } from '@smartkey/http';
import {
  type Actor,
  type Instant,
  type RecordedEvent,
  type AccountId,
  type ContractId,
  type DeviceId,
} from '@smartkey/kernel';
import {
  createService,
  type SandboxClock,
  type Service,
  type ServiceDefinition,
  type ServiceParts,
} from '@smartkey/runtime';
import type { BillingMessages } from '@smartkey/messages';
import { ask, testEnvironment, type TestAnswer, type TestEnvironment } from '@smartkey/testing/services';
import { deviceRegistryService } from '../device-registry.definition.ts';
import { assembleDeviceRegistry, type DeviceRegistryParts } from '../device-registry.module.ts';
import { deviceRegistrySettings } from '../settings/device-registry.settings.ts';
import { BillingOffice, CodeChecker, ContractOffice } from './neighbours.fixture.ts';

export const operator: Actor = { role: 'operator', key: 'key_operator' };
export const contractorOf = (contract: ContractId): Actor => ({ role: 'contractor', key: 'key_c', contract });

export type Answer<T = Record<string, unknown>> = TestAnswer<T>;

export interface CallOptions {
  readonly actor?: Caller;
  readonly commandId?: string;
  readonly csv?: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

/** The running registry with its neighbours, on PGlite in memory unless another server is given; business time stands still until it is set. */
export class World {
  readonly contracts = new ContractOffice();
  readonly authentication = new CodeChecker();
  readonly billing = new BillingOffice();
  parts!: ServiceParts;
  registry!: DeviceRegistryParts;
  #service!: Service;
  #services: Service[] = [];
  #environment!: TestEnvironment;

  private constructor(
    private readonly server: DatabaseServer,
    private readonly workImports: boolean,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** @param workImports false: imports are taken in and wait for whom the test lets work. */
  static async open({
    start = '2018-01-10T03:00:00.000Z' as Instant,
    workImports = true,
    variables = {},
    server = () => openPglite(undefined),
  } = {}): Promise<World> {
    const world = new World(await server(), workImports, variables);
    await world.#start(start);
    return world;
  }

  async #start(start: Instant): Promise<void> {
    this.#environment = await testEnvironment(this.server, start, this.variables);
    const definitions = [
      this.contracts.definition,
      this.#definition(),
      this.authentication.definition,
      this.billing.definition,
    ];
    this.#services = [];
    for (const definition of definitions)
      this.#services.push(await createService(definition, this.#environment));
    this.#service = this.#services[1]!;
    for (const service of this.#services) await service.run();
  }

  #definition(): ServiceDefinition {
    return {
      ...deviceRegistryService,
      assemble: async (parts) => {
        this.parts = parts;
        this.registry = assembleDeviceRegistry(parts, deviceRegistrySettings(this.variables));
        const assembly = await deviceRegistryService.assemble(parts);
        if (this.workImports) return assembly;
        const { start: _start, ...idle } = assembly;
        return idle;
      },
    };
  }

  /** Stops everything and starts it again on the same data. */
  async restart(): Promise<void> {
    const now = this.now();
    await this.#stop();
    await this.#start(now);
  }

  async #stop(): Promise<void> {
    for (const service of this.#services) await service.stopListening();
    for (const service of this.#services) await service.stop();
    await this.#environment.bus.close();
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.server.close();
  }

  now(): Instant {
    return this.#environment.clock.now();
  }

  async setClock(now: Instant): Promise<void> {
    await (this.#environment.clock as SandboxClock).takeOver(now);
  }

  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    { actor = operator, commandId, csv, headers }: CallOptions = {},
  ): Promise<Answer<T>> {
    return ask(`${this.#service.url}${path}`, method, {
      actor,
      ...(commandId !== undefined && { commandId, repeatable: true }),
      ...(csv === undefined ? { body } : { body: csv, file: 'text/csv' }),
      ...(headers && { headers }),
    });
  }

  /** Billing has closed a month, and the registry has heard. */
  closed(contract: ContractId, data: BillingMessages['MonthClosed']): Promise<void> {
    return this.#billed(contract, 'MonthClosed', data);
  }

  /** Billing has drawn up an invoice, and the registry has heard. */
  invoiced(contract: ContractId, { month, number }: { month: string; number: string }): Promise<void> {
    return this.#billed(contract, 'InvoiceIssued', { kind: 'invoice', month, number });
  }

  async #billed<T extends 'MonthClosed' | 'InvoiceIssued'>(
    contract: ContractId,
    type: T,
    data: Partial<BillingMessages[T]>,
  ): Promise<void> {
    const position = await this.billing.says(contract, type, data, this.now());
    const reader = this.parts.projection('issued-months');
    if (!(await reader.reached('billing', position))) throw new Error('the registry did not hear of it');
  }

  async register(contract: ContractId, externalId: string): Promise<AccountId> {
    const { status, body } = await this.call<{ id: AccountId }>('POST', `/v1/contracts/${contract}/ids`, {
      externalId,
    });
    if (status !== 201) throw new Error(`not registered: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  /** A device in use. */
  async enrol(contract: ContractId, account: AccountId): Promise<DeviceId> {
    const { body } = await this.call<{ id: string }>(
      'POST',
      `/v1/contracts/${contract}/ids/${account}/enrolments`,
      {},
    );
    const confirmed = await this.call<{ deviceId: DeviceId }>(
      'POST',
      `/v1/enrolments/${body.id}/confirmation`,
      {
        code: CodeChecker.RIGHT,
      },
    );
    if (confirmed.status !== 200) throw new Error(`not enrolled: ${JSON.stringify(confirmed.body)}`);
    return confirmed.body.deviceId;
  }

  events(account: AccountId): Promise<readonly RecordedEvent[]> {
    return this.parts.store.readStream(`account-${account}`);
  }

  async types(account: AccountId): Promise<readonly string[]> {
    return (await this.events(account)).map(({ type }) => type);
  }
}
