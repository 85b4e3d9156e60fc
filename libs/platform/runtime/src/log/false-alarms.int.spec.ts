import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailableError, type Database, migrate, openPostgres } from '@smartkey/database';
import {
  EmbeddedEventBus,
  FeedDirectory,
  type Message,
  PublishedWatermark,
  SourceLacksEventError,
  StoreLogFeed,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import {
  ANCHOR_MIGRATION,
  PROJECTION_MIGRATION,
  type Projection,
  ProjectionHost,
  ReadAnchors,
  readerOf,
} from '@smartkey/projections';
import { type PostgresHarness, startPostgres, until, untilSeen } from '@smartkey/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { event } from '../toy-services.fixture.ts';

/** Raised when its tables change: then it is built beside the one that serves, and promoted. */
const counts = (version: number): Projection => ({
  name: 'counts',
  version,
  sources: ['contract'],
  ddl: 'create table counts (id text primary key)',
  apply: async (tx, messages) => {
    for (const { id } of messages) await tx.execute('insert into counts values ($1)', [id]);
  },
});

const feedOf = (store: PostgresEventStore, database: Database): StoreLogFeed =>
  new StoreLogFeed(
    'contract',
    store,
    ({ type, version, data }) => ({ type, version, data }),
    new PublishedWatermark(database),
  );

/** Whose connections are cut off says so, and may not know what became of its last statement: it says it again. */
async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  const attempt = async (): Promise<{ readonly answer: T } | undefined> => {
    try {
      return { answer: await work() };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      return undefined;
    }
  };
  return (await untilSeen(attempt, (answered) => answered !== undefined))!.answer;
}

/** One instance with connections of its own. */
interface Instance {
  readonly host: ProjectionHost;
  /** Cut off from its database while it is at work, and gone. */
  kill(): Promise<void>;
}

/** A log, those that read it, and what befalls them. */
class Disturbed {
  readonly #instances: Instance[] = [];
  readonly #rebuilds: Promise<void>[] = [];
  readonly #alarms: unknown[] = [];
  #opened = 0;
  #version = 1;
  #appended = 0;
  private constructor(
    private readonly url: string,
    private readonly database: Database,
    readonly store: PostgresEventStore,
    private readonly disconnect: () => Promise<void>,
  ) {}

  static async begin(url: string): Promise<Disturbed> {
    const server = await openPostgres(url, { max: 8 });
    const database = await server.database('contract');
    const store = await createEventStore(database, new SystemClock());
    return new Disturbed(url, database, store, () => server.close());
  }

  async append(): Promise<void> {
    const first = this.#appended;
    this.#appended += 20;
    const one = (n: number) => {
      const events = [event(`command-${n}`, 'Counted', '2018-01-01T00:00:00.000Z', { n })];
      return untilAnswered(() => this.store.append({ stream: `contract-${n % 3}`, expected: 'any', events }));
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => one(first + n)));
  }

  async start(): Promise<void> {
    if (this.#instances.length < 3) this.#instances.push(await untilAnswered(() => this.#open()));
  }

  async kill(): Promise<void> {
    await this.#instances.pop()?.kill();
  }

  /** Goes on beside all that follows. */
  rebuild(): void {
    const rebuild = async () => this.#instances[0]?.host.rebuild('counts');
    // It may be running already, or be cut off; it must not be told that the log lacks something.
    this.#rebuilds.push(rebuild().catch((error: unknown) => this.#heed(error)));
  }

  /** The next version starts to build its tables while those of the version before still serve. */
  async promote(): Promise<void> {
    const former = this.#instances.splice(0);
    this.#version += 1;
    await this.start();
    for (const instance of former) await instance.kill();
  }

  async sever(who = '%'): Promise<void> {
    await untilAnswered(() =>
      this.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and pid <> pg_backend_pid() and backend_type = 'client backend' and application_name like $1`,
        [who],
      ),
    );
  }

  /** Asks about every event that any reader remembers. @returns of how many, and whether the log is said to lack one. */
  async ask(): Promise<{ readonly asked: number; readonly lacks: boolean; readonly wentBack: boolean }> {
    return untilAnswered(async () => {
      const anchors = new ReadAnchors(this.database);
      const read = [...(await anchors.newest('contract')), ...(await anchors.older('contract'))];
      const { known } = await feedOf(this.store, this.database).compare(
        read.map(({ event: last, ...reader }) => ({ reader: readerOf('contract', reader), event: last })),
      );
      const wentBack = (await this.store.standing.since()) !== undefined;
      return { asked: read.length, lacks: known.includes(false), wentBack };
    });
  }

  /** Lets all that still runs end. @returns what was counted, what was appended, and what readers were told wrongly. */
  async end(): Promise<{ counted: number; appended: number; alarms: readonly unknown[] }> {
    await this.start();
    await Promise.all(this.#rebuilds);
    const { host } = this.#instances[0]!;
    const last = await this.store.lastPosition();
    expect(await host.reached('contract', last, 30_000)).toBe(true);
    const [row] = await host.reader('counts').sql.query<{ n: bigint }>('select count(*) as n from counts');
    return { counted: Number(row!.n), appended: this.#appended, alarms: this.#alarms };
  }

  /** As an older copy would have it. */
  async loseTheEnd(): Promise<void> {
    await this.database.execute(
      'delete from event_log where position = (select max(position) from event_log)',
    );
  }

  async close(): Promise<void> {
    for (const instance of this.#instances.splice(0)) await instance.kill();
    await Promise.all(this.#rebuilds);
    await this.disconnect();
  }

  #heed(error: unknown): void {
    if (error instanceof SourceLacksEventError) this.#alarms.push(error);
  }

  async #open(): Promise<Instance> {
    const name = `instance-${(this.#opened += 1)}-`;
    const server = await openPostgres(`${this.url}?application_name=${name}`, { max: 6 });
    const log = pino({
      level: 'warn',
      hooks: {
        logMethod: (words) => this.#heed((words[0] as unknown as { readonly err?: unknown }).err),
      },
    });
    let bus: EmbeddedEventBus | undefined;
    let host: ProjectionHost | undefined;
    const close = async (): Promise<void> => {
      await host?.stop();
      await bus?.close();
      await server.close();
    };
    try {
      const database = await server.database('contract');
      await migrate(database, [PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION], 'runtime');
      const store = await createEventStore(database, new SystemClock());
      const feeds = new FeedDirectory();
      feeds.add('contract', feedOf(store, database));
      bus = new EmbeddedEventBus(feeds, { log, pollMillis: 5, batch: 7 });
      const settled = () => store.settledPosition();
      const clock = new SystemClock();
      host = new ProjectionHost(
        { service: 'contract', database, bus, feeds, settled, clock, log, batch: 5 },
        [counts(this.#version)],
      );
      await host.open();
      await host.start([
        {
          name: 'listen',
          sources: ['contract'],
          react: (_messages: readonly Message[]) => Promise.resolve(),
        },
      ]);
      const kill = async () => {
        const closing = close();
        await this.sever(`${name}%`);
        await closing;
      };
      return { host, kill };
    } catch (error) {
      await close();
      throw error;
    }
  }
}

type Step = 'append' | 'start' | 'kill' | 'rebuild' | 'promote' | 'sever' | 'sever-amid-appends';
const steps = fc.array(
  fc.constantFrom<Step>(
    'append',
    'append',
    'sever-amid-appends',
    'start',
    'kill',
    'rebuild',
    'promote',
    'sever',
  ),
  { minLength: 12, maxLength: 16, size: 'max' },
);

async function perform(system: Disturbed, step: Step): Promise<void> {
  if (step !== 'sever-amid-appends') return system[step]();
  const appends = system.append();
  await system.sever();
  await appends;
}

/** Some with every change; more where the long proofs run. */
const COURSES = Number(process.env['FALSE_ALARM_COURSES'] ?? 3);
const FIRST = Number(process.env['FALSE_ALARM_FROM'] ?? 1);

describe('a log that nobody has put back', () => {
  let postgres: PostgresHarness;
  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
  });
  afterAll(() => postgres.stop());

  it.each(Array.from({ length: COURSES }, (_, n) => [FIRST + n]))(
    'is never said to lack anything, whatever happens to its readers (seed %i)',
    async (seed) => {
      const system = await Disturbed.begin(await postgres.createDatabase());
      try {
        await system.start();
        for (const step of fc.sample(steps, { seed, numRuns: 1 })[0]!) {
          await perform(system, step);
          expect(await system.ask()).toMatchObject({ lacks: false, wentBack: false });
        }
        await system.append();
        const { counted, appended, alarms } = await system.end();
        expect(alarms).toEqual([]);
        expect(counted).toBe(appended);
        const { asked, ...said } = await system.ask();
        expect(said).toEqual({ lacks: false, wentBack: false });
        expect(asked).toBeGreaterThanOrEqual(2);
        // Whoever was silent would have told.
        await system.loseTheEnd();
        expect(await system.ask()).toMatchObject({ lacks: true, wentBack: true });
        await until(() => alarms.length > 0);
      } finally {
        await system.close();
      }
    },
  );
});
