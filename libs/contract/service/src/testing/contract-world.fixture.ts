import { openPglite } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { eventIdOf } from '@smartkey/identity';
import { type Actor, type Instant, type Signatory, systemActor, type ContractId } from '@smartkey/kernel';
import type { Environment } from '@smartkey/configuration';
import {
  advanceClock,
  createService,
  type DueWork,
  HttpClockedService,
  type ProjectionReader,
  type Service,
  type ServiceDefinition,
  type ServiceParts,
} from '@smartkey/runtime';
import { ask, testEnvironment, type TestAnswer, type TestEnvironment } from '@smartkey/testing/services';
import { contractService } from '../contract.definition.ts';
import { contractDirectoryProjection } from '../directory/contract-directory.projection.ts';
import { issuedMonthsProjection } from '../issued-months/issued-months.projection.ts';
import { IijIdWatch } from '../iij-id/iij-id-watch.ts';
import { neighbour, Told } from './neighbours.fixture.ts';

export const OPERATOR: Actor = { role: 'operator', key: 'key_operator' };
export const contractorOf = (contract: ContractId): Actor => ({ role: 'contractor', key: 'key_c', contract });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what tests look into
export type Answer = TestAnswer<any>;

interface Call {
  readonly as?: Actor;
  /** Who is behind the key, as the gateway would tell it; by default somebody named like the key. */
  readonly signatory?: Signatory;
  /** The Idempotency-Key, as the gateway would tell it. */
  readonly commandId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The contract service as it runs, on the embedded database and a sandbox clock, with neighbours beside it. */
export class ContractWorld {
  readonly told = new Told();
  /** What becomes due by itself. */
  due!: DueWork;
  /** The contract service's log. */
  store!: EventStore;
  /** What the contract service is made of. */
  parts!: ServiceParts;
  #billing!: ServiceParts;
  #directory!: ProjectionReader;
  #issuedMonths!: ProjectionReader;
  #watch!: IijIdWatch;
  #closed = 0;
  readonly #services: Service[] = [];

  private constructor(private readonly environment: TestEnvironment) {}

  static async open(now: Instant, variables: Environment = {}): Promise<ContractWorld> {
    const environment = await testEnvironment(await openPglite(undefined), now, variables);
    const world = new ContractWorld(environment);
    const definitions = [
      world.#watched(contractService),
      neighbour('authentication', world.told, () => undefined),
      neighbour('billing', world.told, (parts) => (world.#billing = parts)),
    ];
    for (const definition of definitions) world.#services.push(await createService(definition, environment));
    for (const service of world.#services) await service.run();
    return world;
  }

  #watched(definition: ServiceDefinition): ServiceDefinition {
    return {
      ...definition,
      assemble: async (parts) => {
        const assembly = await definition.assemble(parts);
        this.due = assembly.dueWork!;
        this.store = parts.store;
        this.parts = parts;
        this.#directory = parts.projection(contractDirectoryProjection.name);
        this.#issuedMonths = parts.projection(issuedMonthsProjection.name);
        const providers = assembly.module.providers as readonly { provide: unknown; useValue: unknown }[];
        this.#watch = providers.find(({ provide }) => provide === IijIdWatch)!.useValue as IijIdWatch;
        return assembly;
      },
    };
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.stopListening();
    for (const service of this.#services) await service.stop();
    await this.environment.bus.close();
    await this.environment.server.close();
  }

  call(method: string, path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    const { as: actor = OPERATOR, commandId, headers } = call;
    const { signatory = { key: actor.key, makers: ['bootstrap'], name: actor.key } } = call;
    const internal = path.startsWith('/internal');
    return ask(`${this.#services[0]!.url}${internal ? '' : '/v1'}${path}`, method, {
      ...(internal ? {} : { actor, signatory }),
      ...(commandId && { commandId, repeatable: true }),
      ...(headers && { headers }),
      body,
    });
  }

  /** The body of a call that must succeed. */
  async ok(method: string, path: string, body?: unknown, call?: Call) {
    const answer = await this.call(method, path, body, call);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Moves time on, through everything that becomes due. */
  async setClock(now: Instant): Promise<void> {
    const token = this.environment.material.internalToken;
    await advanceClock(
      this.#services.map(({ name, url }) => new HttpClockedService(name, { url: () => url, token })),
      now,
    );
  }

  /** Billing has issued a document of a month, an invoice with that the month is done, and it is known here. */
  async issueMonth(
    contract: ContractId,
    month: string,
    { fees = [], kind = 'invoice' }: { fees?: readonly string[]; kind?: 'invoice' | 'correction' } = {},
  ): Promise<string> {
    const commandId = `close-${(this.#closed += 1)}`;
    const number = `SK-${this.#closed}`;
    const lines = fees.map((fee, index) => ({ n: index + 1, item: 'one-time-fee', fee }));
    const facts = [
      {
        type: kind === 'invoice' ? 'InvoiceIssued' : 'CorrectionIssued',
        data: { number, contract, kind, month, lines },
      },
      ...(kind === 'invoice' ? [{ type: 'MonthClosed', data: { month, outcome: 'issued', number } }] : []),
    ];
    const { store, clock } = this.#billing;
    const { position } = await store.append({
      stream: `billing-${contract}`,
      expected: 'any',
      events: facts.map((fact, index) => ({
        ...fact,
        id: eventIdOf(commandId, index),
        version: 1,
        metadata: { commandId, actor: systemActor('billing') },
        occurredAt: clock.now(),
      })),
    });
    if (!(await this.#issuedMonths.reached('billing', position)))
      throw new Error('the contract service has not heard of the document');
    return number;
  }

  /** The list of contracts shows what the log holds. */
  async caughtUp(): Promise<void> {
    await this.#directory.reached('contract', await this.store.settledPosition());
  }

  /** One round of asking about every IIJ ID contract. */
  checkIijIds(): Promise<void> {
    return this.#watch.checkAll();
  }

  /** Billing answers nothing any more. */
  async stopBilling(): Promise<void> {
    await this.#services.find(({ name }) => name === 'billing')!.stopListening();
  }

  /** What the log holds of a contract, sealed as it is. */
  async stored(contract: ContractId, stream = `contract-${contract}`): Promise<string> {
    const events = await this.store.readStream(stream);
    return JSON.stringify(events.map(({ position: _position, ...event }) => event));
  }

  async apply(plan = 'enterprise', more: object = {}): Promise<ContractId> {
    const applicant = { name: '株式会社例示', iijIdContract: 'IID-1', ...more };
    return (await this.ok('POST', '/contracts', { applicant, plan })).id;
  }

  async accepted(plan = 'enterprise', acceptance: object = {}): Promise<ContractId> {
    const id = await this.apply(plan);
    await this.ok('POST', `/contracts/${id}/acceptance`, acceptance);
    return id;
  }

  /** One that was accepted on a past day, with its billing start where one is told. */
  async acceptedOn(day: string, acceptance: object = {}): Promise<ContractId> {
    const { id } = await this.ok('POST', '/contracts', {
      applicant: { name: '株式会社例示', iijIdContract: 'IID-1' },
      plan: 'enterprise',
      appliedAt: `${day}T00:00:00Z`,
    });
    await this.ok('POST', `/contracts/${id}/acceptance`, { acceptedAt: `${day}T00:00:00Z`, ...acceptance });
    return id;
  }
}
