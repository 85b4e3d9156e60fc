import { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { migrate } from '@smartkey/database';
import { type ServiceName, WATERMARK_MIGRATION } from '@smartkey/event-bus';
import { FollowedLosses } from '@smartkey/event-store';
import { connectWithin, createHttpApplication } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { allDone, Closers } from '@smartkey/lifecycle';
import {
  ANCHOR_MIGRATION,
  PROJECTION_MIGRATION,
  ProjectionHost,
  ReadAnchors,
  SourcesStanding,
} from '@smartkey/projections';
import { openSecrets } from '@smartkey/secrets';
import { inSpan } from '@smartkey/tracing';
import { listeningError, urlOf } from '../config/listening.ts';
import { CLOCK_MIGRATION, openClock, SandboxClock } from '../clock/business-clock.ts';
import { contradictedLogs } from '../log/contradicted-logs.ts';
import { Completeness, INPUTS } from '../completeness/completeness.ts';
import { CompletenessLoop } from '../completeness/completeness-loop.ts';
import { WantedWatermarks } from '../completeness/wanted-watermarks.ts';
import { busHealthOf, healthOf } from './health.ts';
import { internalModule } from '../internal/internal.module.ts';
import { acceptLoss } from '../log/accept-loss.ts';
import { LostFacts } from '../log/lost-facts.ts';
import { AnchorWatch } from '../log/anchor-watch.ts';
import { LossFollower } from '../log/loss-follower.ts';
import { openLogOfService } from '../log/log-of-service.ts';
import { ConsumerLags } from '../metrics/consumer-lags.ts';
import { gapCounter, measureService } from '../metrics/service-metrics.ts';
import { HttpPeers } from '../peers/http-peers.ts';
import type { ServiceDefinition, ServiceParts } from '../service-definition.ts';
import { tracedDueWork } from '../tracing/traced-due-work.ts';
import { instancesNews } from './instances-news.ts';
import { schemaOf, type ServiceEnvironment } from './service-environment.ts';

/** A service that listens. */
export interface Service {
  readonly name: ServiceDefinition['name'];
  /** `http://127.0.0.1:40001` */
  readonly url: string;
  /** A connection to it from this very process, without a socket: the same requests, guards and answers as by its URL. */
  connect(): Duplex;
  /** Lets projections, reactors, timers and the watermark run; every service that it reads from must be known by then. */
  run(): Promise<void>;
  /** Takes no more calls, and lets those under way come to their end. */
  stopListening(): Promise<void>;
  /** Stops everything else, in order. */
  stop(): Promise<void>;
}

/** So long may a caller of `POST /internal/clock/settle` wait (system time). */
const SETTLE_MILLIS = 60_000;

/** So long may leaves of the own log be written while a close waits for them (system time). */
const LEAVES_MILLIS = 60_000;

const RUNTIME_MIGRATIONS = [CLOCK_MIGRATION, PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION];

/**
 * Brings a service to life as far as its door: parts opened, tables brought up to date, listening. Its address is made
 * known to the environment's peers and its log to the environment's feeds.
 */
export async function createService(
  definition: ServiceDefinition,
  environment: ServiceEnvironment,
  port = 0,
): Promise<Service> {
  const { name } = definition;
  const { server, material, feeds, bus, metrics, host } = environment;
  const log = environment.log.child({ service: name });
  const database = await environment.server.database(schemaOf(name));
  await migrate(database, RUNTIME_MIGRATIONS, 'runtime');
  const { secretBox, subjectKeys } = await openSecrets({
    database,
    service: name,
    material,
    news: environment.server.news,
  });
  await migrate(database, definition.migrations, 'service', { secretBox, subjectKeys });
  const clock = environment.clock ?? (await openClock(database, environment.clockSettings));
  // One that all services of a process share is told by itself.
  const ownSandbox = environment.clock === undefined && clock instanceof SandboxClock ? clock : undefined;
  const stopFollowing = ownSandbox?.follow((error) =>
    log.warn({ err: error }, 'the sandbox’s time could not be looked at'),
  );
  const { serviceLog, proved, watermark, feed, relay, end } = await openLogOfService(
    definition,
    environment,
    {
      database,
      clock,
      subjectKeys,
      log,
    },
  );
  const { store } = serviceLog;
  const standing = new SourcesStanding();
  const peers = new HttpPeers(environment.peers, { token: material.internalToken });
  const shared = {
    service: name,
    server,
    database,
    clock,
    log,
    metrics,
    feeds,
    peers,
    store,
    feed,
    end,
    proved,
    watermark,
    standing,
  };
  const settled = async () => (await end.look()).last;
  const projections = new ProjectionHost(
    {
      service: name,
      database,
      bus,
      feeds,
      settled,
      clock,
      log,
      standing,
      onGapFilled: gapCounter(metrics, name),
    },
    definition.projections,
  );
  await projections.open();

  const losses = new LossFollower(shared);
  const watch = new AnchorWatch({
    ...shared,
    anchors: new ReadAnchors(database),
    published: async () => (await relay?.published?.()) ?? [],
    sources: standing,
    startAnew: (source, consumers, common) => {
      if (source === name) end.forget();
      return projections.startAnew(source, consumers, common);
    },
    lookedAtOwn: () => end.lookAgain(),
    reads: (source) => projections.reads(source),
    losses,
    alone: server.kind === 'pglite',
  });
  environment.onBrokers?.onAssigned?.(() => watch.again());
  // Before anything is appended: what this service itself has read of its log.
  await watch.lookAtOwn();
  const wanted = new WantedWatermarks(peers, log);
  const want = (source: ServiceName, instant: Instant): void => wanted.want(source, instant);
  const parts: ServiceParts = {
    name,
    clock,
    database,
    store,
    subjectKeys,
    secretBox,
    lookupKey: material.lookupKey,
    peers,
    wantWatermark: want,
    log,
    metrics,
    environment: environment.variables,
    projection: (projection) => projections.reader(projection),
    signLog: () => proved.sign(),
    logWitnessed: (position) => proved.witnessed(position),
    proofPart: (asked) => proved.proofPart(asked),
    logHead: (position) => proved.headAt(position, AbortSignal.timeout(LEAVES_MILLIS)),
    logsInDoubt: () =>
      inSpan('logs in doubt', { service: name, quiet: true }, async () => {
        await watch.look();
        const contradicted = await contradictedLogs(shared);
        return [...new Set([...standing.inDoubt(), ...contradicted])];
      }),
  };
  const assembly = await definition.assemble(parts);
  losses.is(assembly.sourceLost?.bind(assembly));
  const dueWork = tracedDueWork(name, assembly.dueWork);
  const completeness = new Completeness({
    ...shared,
    projections,
    inputs: INPUTS[name],
    want,
    ...(dueWork === undefined ? {} : { dueWork }),
  });
  const { onBrokers } = environment;
  const lags = new ConsumerLags({ projections, feeds, clock });
  const measured = measureService({ ...shared, projections, lags, unreadable: onBrokers?.unreadable });
  const loop = new CompletenessLoop({
    ...shared,
    completeness,
    periodMillis: environment.watermarkMillis,
    onFailure: measured.roundFailed,
  });
  const stopStirring = store.onAppended(() => loop.stir());
  const others = instancesNews({ ...shared, stir: () => loop.stir(), again: () => watch.again() });
  projections.onWatermark((source) => {
    if (!completeness.follows(source)) return;
    loop.stir();
    others.promised();
  });

  const settle = async (instant: Instant): Promise<boolean> => {
    if (!(await loop.settle(instant, SETTLE_MILLIS))) return false;
    await assembly.settle?.(instant);
    return projections.reached(name, await settled(), SETTLE_MILLIS);
  };
  const internal = internalModule({
    ...shared,
    acceptLoss: async (by, proposed) => {
      const { settings } = proved;
      await acceptLoss({ ...shared, definition, settings }, by, proposed);
      log.warn({ by }, 'what the log lacked was given up');
      // Accepted is accepted: what is in the way of telling it is tried again at the next signing and the next start.
      await proved
        .restore()
        .catch((error: unknown) =>
          log.error({ err: error }, 'the log does not tell of its accepted loss yet'),
        );
    },
    lost: new LostFacts({ store, lostOfLog: onBrokers?.lostOfLog, log }),
    findings: new FollowedLosses(database),
    watch,
    projections,
    dueWork,
    unreadable: onBrokers?.unreadable,
    want: (instant) => loop.want(instant),
    settle,
  });
  const app = await createHttpApplication(
    { ...assembly.module, imports: [...(assembly.module.imports ?? []), internal] },
    {
      name,
      log,
      metrics,
      internalToken: material.internalToken,
      health: [
        ...healthOf({ ...shared, lags, checkLog: serviceLog.check }),
        ...busHealthOf(onBrokers, relay),
      ],
    },
  );
  ownSandbox?.distrust();
  await app.listen(port, host).catch((error: unknown) => {
    throw listeningError({ host, port }, error);
  });
  // Set between its opening and the moment this instance could be told.
  await ownSandbox?.refresh();
  const { port: actual } = app.getHttpServer().address() as AddressInfo;
  const url = urlOf({ host, port: actual });
  environment.peers.set(name, url);

  let running = false;
  return {
    name,
    url,
    connect: () => connectWithin(app.getHttpServer()),
    run: async () => {
      running = true;
      // Who is in this process answers at once; of others nobody waits for an answer.
      if (server.kind === 'pglite') await watch.look({ startAnew: false });
      relay?.start();
      await projections.start(assembly.reactors);
      watch.start();
      loop.start();
      proved.start();
      await assembly.start?.();
      log.info({ url }, 'the service runs');
    },
    stopListening: () => app.close(),
    stop: async () => {
      // The opposite order of what follows: peers last.
      const closers = new Closers();
      closers.add('the connections to its peers', () => peers.close());
      closers.add('the clock', () => stopFollowing?.());
      closers.add('the metrics', () => measured.stop());
      closers.add('the watch over the logs', () => watch.stop());
      if (running) closers.add('the relay', () => relay?.close());
      closers.add('the projections', () => projections.stop());
      // A round may be waiting for appends of other instances, which nobody needs any more.
      stopStirring();
      others.stop();
      closers.add('timers and log', () => allDone([...(running ? [loop.stop()] : []), serviceLog.close()]));
      closers.add('the checkpoints', () => proved.stop());
      if (running) closers.add('its own work', () => assembly.stop?.());
      await closers.close();
      log.info('the service has stopped');
    },
  };
}
