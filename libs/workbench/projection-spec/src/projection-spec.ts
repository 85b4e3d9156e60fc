import { afterAll } from '@jest/globals';
import { migrate, openPglite, type DatabaseServer, type Sql } from '@smartkey/database';
import type { EventBus, Subscriber } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { TestClock } from '@smartkey/testing';
import { pino } from 'pino';
import {
  ANCHOR_MIGRATION,
  PROJECTION_MIGRATION,
  ProjectionHost,
  type Projection,
} from '@smartkey/projections';
import { COURSES, deliveriesOf, type Course } from './courses.ts';
import { ScriptedLogs, type GivenMessage } from './scripted-logs.ts';

export interface ProjectionSpecOptions {
  /** What all sources promise at the end; default `2018-12-31T15:00:00.000Z`. */
  readonly watermark?: Instant;
}

/**
 * Proves a projection: `check` must hold after the messages however they come: in one transaction or many, each twice,
 * the partitions in any turn, with messages lost that the log feed then gives.
 *
 * ```ts
 * import { expectProjection } from '@smartkey/projection-spec';
 * await expectProjection(usageLedger, [{ stream: 'account-1', type: 'IdRegistered', data }], async (sql) => {
 *   expect(await sql.query('SELECT … FROM spans')).toEqual([…]);
 * });
 * ```
 * @throws where a stream was parked: each message must be one that the projection can apply.
 */
export async function expectProjection(
  projection: Projection,
  given: readonly GivenMessage[],
  check: (sql: Sql) => Promise<void>,
  options: ProjectionSpecOptions = {},
): Promise<void> {
  for (const course of COURSES) {
    const logs = new ScriptedLogs(
      given,
      projection.sources,
      options.watermark ?? '2018-12-31T15:00:00.000Z',
      course.partitions,
    );
    const host = await hostOf(projection, logs, course);
    const [parked] = await host.parked();
    if (parked !== undefined) throw new Error(`stream ${parked.stream} was parked: ${parked.error}`);
    try {
      await check(host.reader(projection.name).sql);
    } catch (error) {
      if (error instanceof Error) error.message = `${error.message}\n(messages ${course.name})`;
      throw error;
    }
  }
}

async function hostOf(projection: Projection, logs: ScriptedLogs, course: Course): Promise<ProjectionHost> {
  const database = await (await embedded()).database(`spec_${(schemas += 1)}`);
  await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'projections');
  const bus = new CapturingBus(course.partitions);
  const host = new ProjectionHost(
    {
      service: projection.sources[0]!,
      database,
      bus,
      feeds: logs,
      settled: () => Promise.resolve(0n),
      clock: new TestClock(),
      log: pino({ level: 'silent' }),
      batch: course.batch,
    },
    [projection],
  );
  await host.open();
  await host.start();
  for (const delivery of deliveriesOf(course, logs)) await bus.subscriber.handle(delivery);
  return host;
}

/** Hands what the spec says to whoever subscribes. */
class CapturingBus implements EventBus {
  subscriber!: Subscriber;
  constructor(private readonly count: number) {}
  subscribe(subscriber: Subscriber) {
    this.subscriber = subscriber;
    return Promise.resolve({ close: () => Promise.resolve() });
  }
  partitions(): Promise<number> {
    return Promise.resolve(this.count);
  }
}

let server: Promise<DatabaseServer> | undefined;
let schemas = 0;
const embedded = (): Promise<DatabaseServer> => (server ??= openPglite(undefined));
afterAll(async () => (await server)?.close());
