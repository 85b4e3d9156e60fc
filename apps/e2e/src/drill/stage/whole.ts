import assert from 'node:assert/strict';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '@smartkey/api-client';
import { openPostgres, type Database } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { OperatorError } from '@smartkey/lifecycle';
import { KafkaBroker, ownFolder, PostgresServer, readClusterFile, removeFolder } from '@smartkey/servers';
import { ClusterSystem, type Program, ROOT, Steps, System } from '@smartkey/testing/end-to-end';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import type { Report } from '../report.ts';
import type { Shape } from '../shape.ts';
import { Months } from './months.ts';
import { saidOfLog, type Said } from './said-of-log.ts';
import { typedCommand, type CliOutcome } from './typed-command.ts';

/** What was registered for a contract, and when. */
interface Registrations {
  readonly enterprise: string;
  readonly registered: ReadonlyMap<string, unknown>;
  readonly month: string;
}

/** An event as its log holds it. */
export interface Logged {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Services whose logs move to EventStoreDB; authentication's stays. */
const MOVED = ['contract', 'device-registry', 'billing'];
/** The system of a story with its servers, which the story can stop, copy, lose and put back apart from it. */
export class Whole {
  #program: Program | undefined;

  #report: Report | undefined;
  /** That its stories play in. */
  readonly months = new Months();

  private constructor(
    readonly shape: Shape,
    /** Holds everything; removed at the end. */
    readonly folder: string,
    readonly postgres: PostgresServer | undefined,
    private broker: KafkaBroker | undefined,
    readonly eventStore: FakeEventStoreDb | undefined,
    /** Goes over the settings of services and of the command line. */
    readonly settings: Record<string, string>,
    /** Of the services; a story may put it elsewhere. */
    public dataFolder: string,
  ) {}

  /** @param programs as {@link startServices} takes them. */
  static async start(shape: Shape, programs = ''): Promise<Whole> {
    const folder = await ownFolder('smartkey-drill-');
    const whole = await Whole.#withServers(shape, folder);
    try {
      await whole.startServices(programs);
    } catch (error) {
      await whole.dispose();
      throw error;
    }
    return whole;
  }

  static async #withServers(shape: Shape, folder: string): Promise<Whole> {
    const [postgres, kafka, eventStore] = await Promise.all([
      shape.kind === 'embedded' ? undefined : PostgresServer.start(join(folder, 'postgres')),
      shape.kind === 'cluster' ? KafkaBroker.start({ root: ROOT, folder: join(folder, 'kafka') }) : undefined,
      shape.eventStore === true ? FakeEventStoreDb.start() : undefined,
    ]);
    const settings = {
      ...(postgres && { DATABASE_URL: postgres.url }),
      ...(kafka && { KAFKA_BROKERS: kafka.address, SMARTKEY_KAFKA_REPLICATION: '1' }),
      ...(eventStore && { EVENTSTORE_URL: eventStore.connectionString }),
      SMARTKEY_CHECKPOINT_DIR: join(folder, 'checkpoints'),
    };
    return new Whole(shape, folder, postgres, kafka, eventStore, settings, join(folder, 'data'));
  }

  /** `host:port` of the broker. */
  get brokers(): string {
    return this.broker!.address;
  }

  /** The broker and everything on its disk are gone. */
  async loseKafka(): Promise<void> {
    await this.broker!.kill();
    await rm(join(this.folder, 'kafka'), { recursive: true });
  }

  /** A new, empty broker at the address of the one that was lost. */
  async replaceKafka(): Promise<void> {
    const { port } = this.broker!;
    this.broker = await KafkaBroker.start({ root: ROOT, folder: join(this.folder, 'kafka'), port });
  }

  /** What is typed from now on is told there. */
  tells(report: Report): void {
    this.#report = report;
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error('the services have not been started');
    return this.#program;
  }

  get operator(): ApiClient {
    return this.program.operator;
  }

  get steps(): Steps {
    return new Steps(this.operator);
  }

  /**
   * @param programs the folder of another checkout whose programs are started, from the root of this one.
   * @returns how long it took until they were ready, in milliseconds.
   */
  async startServices(programs = ''): Promise<number> {
    const begun = performance.now();
    const { settings, dataFolder } = this;
    // A new one each time: the folder may have changed.
    this.#program =
      this.shape.kind === 'cluster'
        ? new ClusterSystem(join(programs, 'apps/cluster/dist/main.js'), settings, dataFolder)
        : new System(join(programs, 'apps/standalone/dist/main.js'), settings, dataFolder);
    await this.#program.resume();
    return Math.round(performance.now() - begun);
  }

  /** What the services say where they refuse to start. @throws where they start, or say something else than that. */
  async refusal(about: RegExp): Promise<string> {
    try {
      await this.startServices();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      // The sentence comes after what is logged.
      const said = error.message.trim().split('\n').at(-1)!;
      assert.match(said, about);
      return `no: ${said.slice(0, 300)}`;
    }
    throw new Error('they started');
  }

  async stopServices(): Promise<void> {
    await this.program.stop();
  }

  /** Moves the folder of the services, which must be stopped. */
  async moveData(name: string): Promise<void> {
    const to = join(this.folder, name);
    await rename(this.dataFolder, to);
    this.dataFolder = to;
  }

  /** A command of the command line, as an operator types it; told in the report. */
  async cli(...words: readonly string[]): Promise<CliOutcome> {
    const outcome = await this.#run(words);
    this.#report?.command(words, outcome);
    return outcome;
  }

  #run(words: readonly string[]): Promise<CliOutcome> {
    return typedCommand(words, {
      ...this.settings,
      SMARTKEY_DATA_DIR: this.dataFolder,
      ...this.addresses,
    });
  }

  /** Waits until a service says of itself that its log went back, asked for nothing. @throws after two minutes. */
  async untilSaid(service: ServiceName): Promise<void> {
    const wentBack = ({ metric, ready, health }: Said): boolean =>
      metric === 1 && ready === 503 && /\blog\b/.test(health);
    const said = await this.saidWithin(service, wentBack, 120_000);
    if (!wentBack(said))
      throw new Error(`${service} does not say that its log went back: ${JSON.stringify(said)}`);
  }

  /** What a service says of its log, once that is as it is waited for, or the time is over. */
  async saidWithin(service: ServiceName, wanted: (said: Said) => boolean, mostMillis: number): Promise<Said> {
    const deadline = Date.now() + mostMillis;
    for (;;) {
      const said = await saidOfLog(this.#urlOf(service) ?? this.program.url, service);
      if (wanted(said) || Date.now() > deadline) return said;
      await pause(500);
    }
  }

  /** Types `log compare` until it answers so: 0 where nothing is missing, 1 where the log went back. @throws after three minutes and twenty looks. */
  async untilCompared(service: ServiceName, code: number): Promise<void> {
    const deadline = Date.now() + 180_000;
    // Looks as well, for on a busy machine a single one takes half a minute, and everything else as much longer.
    for (let looks = 1; ; looks += 1) {
      const outcome = await this.#run(['log', 'compare', service]);
      if (outcome.code === code || (looks >= 20 && Date.now() > deadline)) {
        this.#report?.command(['log', 'compare', service], outcome);
        if (outcome.code === code) return;
        throw new Error(`log compare ${service} does not answer ${code}`);
      }
      await pause(1_000);
    }
  }

  /** Waits until billing has read what the registry's log has: who has read nothing further knows of no loss. */
  async untilRead({ enterprise, registered, month }: Registrations): Promise<void> {
    // Of what was promised a loss may have taken some.
    const wanted =
      this.shape.kind === 'embedded'
        ? registered.size
        : (await this.logged('device-registry')).filter(
            ({ type, data }) => type === 'IdRegistered' && data['contract'] === enterprise,
          ).length;
    await this.steps.until(
      () => this.operator.get<{ accounts: { count: number } }>(`/contracts/${enterprise}/usage/${month}`),
      ({ accounts }) => accounts.count >= wanted,
    );
  }

  /** Where the services are, for commands that ask them. */
  get addresses(): Record<string, string> {
    return Object.fromEntries(
      SERVICES.flatMap((service) => {
        const url = this.#urlOf(service);
        return url === undefined ? [] : [[`SMARTKEY_${service.toUpperCase().replace('-', '_')}_URL`, url]];
      }),
    );
  }

  /** Of the first instance, where the service is a process of its own that runs. */
  #urlOf(service: ServiceName): string | undefined {
    if (this.shape.kind !== 'cluster') return undefined;
    const { url, parts = {} } = readClusterFile(this.dataFolder) ?? {};
    return url === undefined ? undefined : parts[`${service} 1`]?.url;
  }

  /** The events of a log, straight from where it lies, past every program of ours; not of an embedded database that is in use. */
  async logged(service: ServiceName): Promise<readonly Logged[]> {
    if (this.eventStore !== undefined && MOVED.includes(service))
      return this.eventStore.log.all
        .filter(({ stream }) => stream.startsWith(`smartkey.${service}/`))
        .map(({ id, type, data }) => ({
          id,
          type,
          data: JSON.parse(Buffer.from(data).toString()) as Logged['data'],
        }));
    return this.inSchema(service, (database) =>
      database.query<Logged>('SELECT id, type, data FROM event_log ORDER BY position'),
    );
  }

  async inSchema<T>(service: string, work: (database: Database) => Promise<T>): Promise<T> {
    if (this.postgres === undefined) throw new Error('there is no server to look into');
    const server = await openPostgres(this.postgres.url, { max: 2 });
    try {
      return await work(await server.database(service.replace('-', '_')));
    } finally {
      await server.close();
    }
  }

  /** What the services have written to their logs of what goes wrong, its end. */
  get words(): string {
    return this.program.errors;
  }

  async readyState(): Promise<{ readonly status: number; readonly body: unknown }> {
    const answer = await fetch(`${this.program.url}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  }

  keys(): Promise<Buffer> {
    return readFile(join(this.dataFolder, 'keys.json'));
  }

  async dispose(): Promise<void> {
    if (this.#program instanceof ClusterSystem) await this.#program.dispose();
    else await this.#program?.kill();
    await Promise.all([this.broker?.kill(), this.postgres?.kill(), this.eventStore?.stop()]);
    await removeFolder(this.folder);
  }
}
