import { Phone } from '@smartkey/api-client';
import { openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import {
  type Actor,
  type Instant,
  plusMillis,
  type RecordedEvent,
  type AccountId,
  type ContractId,
  type DeviceId,
  type EnrolmentId,
} from '@smartkey/kernel';
import type { DeviceRegistryMessages, IssueCredential } from '@smartkey/messages';
import { TestClock } from '@smartkey/testing';
import { Instance, type Answer } from './instance.fixture.ts';
import { FakeOwners, type Told } from './owners.fixture.ts';

export const operator: Actor = { role: 'operator', key: 'key_operator' };
export const providerOf = (contract: ContractId): Actor => ({
  role: 'service-provider',
  key: 'key_provider',
  contract,
});

export interface Authenticated {
  readonly id?: string;
  readonly result: 'success' | 'denied';
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  readonly deviceId?: DeviceId;
  readonly decidedAt?: string;
}

export interface Enrolled {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly enrolment: EnrolmentId;
  readonly phone: Phone;
  readonly secretBase32: string;
}

type IssueOptions = Partial<Pick<IssueCredential, 'digits' | 'period' | 'algorithm' | 'expiresAt'>>;

/** The service with its surroundings: owners whose facts it hears, phones whose codes it checks. */
export class World {
  readonly clock = new TestClock('2018-01-15T00:00:00.000Z');
  readonly owners = new FakeOwners();
  readonly instances: Instance[] = [];
  #persons = 0;

  private constructor(
    readonly server: DatabaseServer,
    readonly database: Database,
  ) {}

  /** On PGlite in memory unless another server is given. */
  static async open(
    open: () => Promise<DatabaseServer> = () => openPglite(undefined),
    schema = 'authentication',
  ): Promise<World> {
    const server = await open();
    const world = new World(server, await server.database(schema));
    await world.startInstance(world.database);
    return world;
  }

  async startInstance(database: Database): Promise<Instance> {
    const instance = await Instance.start(database, this.owners, this.clock);
    this.instances.push(instance);
    return instance;
  }

  get service(): Instance {
    return this.instances[0]!;
  }

  async close(): Promise<void> {
    for (const instance of this.instances) await instance.stop();
    await this.server.close();
  }

  contract(): ContractId {
    return this.owners.contract(this.clock.now());
  }

  tell(...messages: readonly Told[]): Promise<Answer> {
    const path = messages[0]!.stream.startsWith('account-') ? 'account' : 'contract';
    return this.service.call(`/internal/facts/${path}`, { messages });
  }

  /** As the registry does it: the enrolment first, then the secret. */
  async issue(account: AccountId, options: IssueOptions = {}): Promise<Enrolled> {
    const now = this.clock.now();
    const { contract } = this.owners.facts(account);
    const device = newId('dev', now);
    const enrolment = newId('enr', now);
    const expiresAt = options.expiresAt ?? plusMillis(now, 600_000);
    this.owners.saysOfAccount(account, 'EnrolmentStarted', { account, enrolment, device, expiresAt });
    const form = { digits: 6, period: 30, algorithm: 'SHA1', ...options } as const;
    const request: IssueCredential = {
      account,
      contract: contract!,
      enrolment,
      device,
      ...form,
      expiresAt,
      accountRevision: this.owners.facts(account).revision,
    };
    const { body, status } = await this.service.call<{ secretBase32: string }>(
      '/internal/credentials',
      request,
    );
    if (status !== 201) throw new Error(`no credential: ${status} ${JSON.stringify(body)}`);
    const { digits, period, algorithm } = form;
    const { secretBase32 } = body;
    const phone = new Phone(
      `otpauth://totp/x?secret=${secretBase32}&digits=${digits}&period=${period}&algorithm=${algorithm}`,
    );
    return { account, device, enrolment, phone, secretBase32 };
  }

  confirm({ device, enrolment }: Enrolled, code: string): Promise<Answer> {
    return this.service.call(`/internal/credentials/${device}/confirmation`, { enrolment, code });
  }

  /** A device in use; the code of its confirmation is past when this answers. */
  async enrol(account: AccountId, options: IssueOptions = {}): Promise<Enrolled> {
    const enrolled = await this.issue(account, options);
    const { body } = await this.confirm(enrolled, enrolled.phone.codeAt(this.clock.now()));
    if (body['confirmed'] !== true) throw new Error('not confirmed');
    const { device, enrolment } = enrolled;
    await this.tell(this.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device, enrolment }));
    this.clock.advance(120_000);
    return enrolled;
  }

  async authenticate(
    contract: ContractId,
    body: object,
    options: { readonly commandId?: string; readonly instance?: Instance } = {},
  ): Promise<Authenticated> {
    const { instance = this.service, ...as } = options;
    const answer = await instance.call<Authenticated>('/v1/authentications', body, {
      actor: providerOf(contract),
      ...as,
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Somebody with one device, of a contract of its own. */
  async person(): Promise<Person> {
    const contract = this.contract();
    const externalId = `person-${++this.#persons}`;
    const account = this.owners.register(contract, externalId, this.now());
    return new Person(this, contract, externalId, account, await this.enrol(account));
  }

  now(): Instant {
    return this.clock.now();
  }

  events(account: AccountId): Promise<readonly RecordedEvent[]> {
    return this.service.store.readStream(`authentication-${account}`);
  }

  async successes(account: AccountId): Promise<number> {
    return (await this.events(account)).filter(({ type }) => type === 'AuthSucceeded').length;
  }
}

export const denied = (reason: string) => ({ result: 'denied', reason });

/** Somebody who signs in: with an external id, and codes from a phone. */
export class Person {
  constructor(
    readonly world: World,
    readonly contract: ContractId,
    readonly externalId: string,
    readonly account: AccountId,
    readonly enrolled: Enrolled,
  ) {}

  get device(): DeviceId {
    return this.enrolled.device;
  }

  /** The code that the phone shows now, or so many steps later. */
  code(steps = 0): string {
    return this.enrolled.phone.codeAt(this.world.now(), steps);
  }

  wrongCode(): string {
    return this.enrolled.phone.wrongCodeAt(this.world.now());
  }

  send(
    code: string,
    options: { readonly commandId?: string; readonly instance?: Instance } = {},
  ): Promise<Authenticated> {
    return this.world.authenticate(this.contract, { externalId: this.externalId, code }, options);
  }

  /** Wrong codes, each of which is looked at. */
  async guess(times: number): Promise<void> {
    for (let guesses = 1; guesses <= times; guesses++) {
      const { reason } = await this.send(this.wrongCode());
      if (reason !== 'invalid_code') throw new Error(`guess ${guesses} was answered ${reason}`);
    }
  }

  events(): Promise<readonly RecordedEvent[]> {
    return this.world.events(this.account);
  }

  successes(): Promise<number> {
    return this.world.successes(this.account);
  }

  /** What the registry says of the account, told directly. */
  async says<T extends keyof DeviceRegistryMessages>(
    type: T,
    data: Omit<DeviceRegistryMessages[T], 'account'>,
  ): Promise<void> {
    const all = { account: this.account, ...data } as unknown as DeviceRegistryMessages[T];
    await this.world.tell(this.world.owners.saysOfAccount(this.account, type, all));
  }

  /** The end of the registration, told directly. */
  async deregister(): Promise<void> {
    const { spell, from } = this.world.owners.facts(this.account).spells.at(-1)!;
    await this.says('IdDeregistered', { spell, registeredOn: from, lastDay: '2018-01-31', cause: 'request' });
  }
}
