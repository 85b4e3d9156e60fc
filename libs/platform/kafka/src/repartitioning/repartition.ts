import { type Database, migrate } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import { RepartitionedMarks, type ConsumerStanding } from '@smartkey/projections';
import { KAFKA_MIGRATIONS } from '../bus/kafka-migrations.ts';
import { type LogEnds, logEnds } from './log-ends.ts';
import { NotDrainedError } from './not-drained-error.ts';
import { type FormerTopics, refuseHoles } from './refuse-holes.ts';
import { RelayCheckpoints } from '../relay/relay-checkpoint.ts';

/** One service whose processes are stopped. */
export interface StoppedService {
  readonly name: ServiceName;
  readonly database: Database;
  readonly store: EventStore;
}

export interface Repartitioning {
  /** Of the topics that served until now, and of those that shall. */
  readonly from: string;
  readonly to: string;
  readonly partitions: number;
}

/**
 * Lets stopped services go on with topics of another number of partitions: every mark and relay checkpoint is computed from the logs.
 * One transaction a service; whatever was done before a crash is found done by the next run.
 * @param topics that have served until now; not looked at where missing.
 * @param note told what is being done.
 * @returns the services that were changed.
 * @throws NotDrainedError, TopicHoleError before anything is changed.
 */
export async function repartition(
  services: readonly StoppedService[],
  plan: Repartitioning,
  topics: FormerTopics | undefined,
  note: (line: string) => void = () => undefined,
): Promise<readonly ServiceName[]> {
  const todo: StoppedService[] = [];
  for (const service of services) {
    await migrate(service.database, KAFKA_MIGRATIONS, 'relay');
    if (!(await isDone(service, plan))) todo.push(service);
  }
  if (todo.length === 0) return [];
  const ends = await endsOf(services, todo, plan, note);
  for (const service of todo) await refuseUndrained(service, plan, ends);
  if (topics !== undefined)
    for (const service of todo)
      await refuseHoles(service, `${plan.from}.${service.name}`, topics, ends.get(service.name)!);
  for (const service of todo) {
    note(`${service.name}: marks and checkpoint for ${plan.partitions} partitions`);
    await rewrite(service, plan, ends);
  }
  return todo.map(({ name }) => name);
}

/**
 * The checkpoint of the new topic is written in the transaction that rewrites the marks. One that was left there long ago does no
 * harm: its relay publishes again from there, and what the marks have passed is dropped.
 */
async function isDone(
  { name, database }: StoppedService,
  { to, partitions }: Repartitioning,
): Promise<boolean> {
  const known = await RelayCheckpoints.partitionsOf(database, `${to}.${name}`);
  const standings = await foreign(name, database);
  return known === partitions && standings.every(({ positions }) => positions.length === partitions);
}

/** A service reads its own log without the broker, as one partition. */
async function foreign(
  service: ServiceName,
  database: Database,
  standings = new RepartitionedMarks(database).standings(),
): Promise<readonly ConsumerStanding[]> {
  return (await standings).filter(({ source }) => source !== service);
}

async function endsOf(
  services: readonly StoppedService[],
  todo: readonly StoppedService[],
  { from, partitions }: Repartitioning,
  note: (line: string) => void,
): Promise<ReadonlyMap<ServiceName, LogEnds>> {
  const wanted = new Map(services.map(({ name }) => [name, new Set([partitions])]));
  for (const { name, database } of todo) {
    const former = await RelayCheckpoints.partitionsOf(database, `${from}.${name}`);
    if (former !== undefined) wanted.get(name)!.add(former);
    for (const { source, positions } of await foreign(name, database))
      wanted.get(source)?.add(positions.length);
  }
  const found = new Map<ServiceName, LogEnds>();
  for (const { name, store } of services) {
    const ends = await logEnds(store, [...wanted.get(name)!], (events) => {
      if (events > 0 && events % 100_000 === 0) note(`${name}: ${events} events read`);
    });
    found.set(name, ends);
  }
  return found;
}

async function refuseUndrained(
  { name, database }: StoppedService,
  { from }: Repartitioning,
  ends: ReadonlyMap<ServiceName, LogEnds>,
): Promise<void> {
  const published = await RelayCheckpoints.positionOf(database, `${from}.${name}`);
  const { last } = ends.get(name)!;
  if (published !== undefined && published < last)
    throw new NotDrainedError(
      `${from}.${name} has the log of ${name} up to ${published}, not to its end at ${last}`,
    );
  for (const standing of await foreign(name, database)) refuseBehind(name, standing, ends);
}

function refuseBehind(
  name: ServiceName,
  { consumer, source, positions }: ConsumerStanding,
  ends: ReadonlyMap<ServiceName, LogEnds>,
): void {
  const logEnd = ends.get(source);
  if (logEnd === undefined) throw new NotDrainedError(`the log of ${source} is not in these data`);
  logEnd.partitions.get(positions.length)!.forEach((end, partition) => {
    if (positions[partition] !== end)
      throw new NotDrainedError(
        `${consumer} of ${name} stands at ${positions[partition]} of ${source}, partition ${partition}, whose last event is at ${end}`,
      );
  });
}

async function rewrite(
  { name, database }: StoppedService,
  { to, partitions }: Repartitioning,
  ends: ReadonlyMap<ServiceName, LogEnds>,
): Promise<void> {
  const marks = new RepartitionedMarks(database);
  await database.transaction(async (tx) => {
    const standings = await foreign(name, database, marks.standings(tx, 'for update'));
    for (const standing of standings) {
      // Looked at again under the lock: somebody may have started the service after all.
      refuseBehind(name, standing, ends);
      const { partitions: lasts, events } = ends.get(standing.source)!;
      await marks.rewrite(tx, standing, lasts.get(partitions)!, events.get(partitions)!);
    }
    await marks.forgetUnfinished(tx);
    const own = ends.get(name)!;
    const checkpoint = { position: own.settled, links: own.partitions.get(partitions)! };
    await new RelayCheckpoints(tx, `${to}.${name}`, partitions).write(checkpoint);
  });
}
