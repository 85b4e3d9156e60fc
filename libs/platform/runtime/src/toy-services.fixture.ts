import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { type DatabaseServer, openPglite } from '@smartkey/database';
import { EmbeddedEventBus, FeedDirectory, type Message, type ServiceName } from '@smartkey/event-bus';
import { eventIdOf } from '@smartkey/identity';
import { type Instant, type NewEvent, systemActor } from '@smartkey/kernel';
import { openKeyMaterial } from '@smartkey/secrets';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openClock } from './clock/business-clock.ts';
import { PeerDirectory } from './peers/http-peers.ts';
import type { ServiceAssembly, ServiceDefinition, ServiceParts } from './service-definition.ts';
import { createService, type Service } from './service/service.ts';
import type { ServiceEnvironment } from './service/service-environment.ts';

@Module({})
class NothingOfItsOwn {}

/** A service without rules: what a test gives it is all it does. */
export const toy = (
  name: ServiceName,
  assemble: (parts: ServiceParts) => Omit<ServiceAssembly, 'module'> = () => ({}),
  more: Partial<Pick<ServiceDefinition, 'projections' | 'migrations'>> = {},
): ServiceDefinition => ({
  name,
  migrations: [],
  projections: [],
  publish: ({ type, version, data }) => ({ type, version, data }),
  assemble: (parts) => ({ module: { module: NothingOfItsOwn }, ...assemble(parts) }),
  ...more,
});

export const event = (commandId: string, type: string, occurredAt: Instant, data: object = {}): NewEvent => ({
  id: eventIdOf(commandId, 0),
  type,
  version: 1,
  data,
  metadata: { commandId, actor: systemActor('toy') },
  occurredAt,
});

/** Every message of a service's feed. */
export async function everything(of: World, source: ServiceName): Promise<readonly Message[]> {
  return (await of.feeds.read(source, { after: 0n, limit: 5_000 })).messages;
}

/** Services of one process on one embedded database, with a sandbox clock. */
export class World {
  readonly feeds = new FeedDirectory();
  readonly peers = new PeerDirectory();
  readonly metrics = new Registry();
  readonly services: Service[] = [];
  private constructor(
    readonly environment: ServiceEnvironment,
    private readonly folder: string,
    private readonly bus: EmbeddedEventBus,
    private readonly server: DatabaseServer,
  ) {
    this.feeds = environment.feeds as FeedDirectory;
    this.peers = environment.peers;
  }

  static async make(start: Instant, watermarkMillis = 20): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-runtime-'));
    const server = await openPglite(undefined);
    const log = pino({ level: 'silent' });
    const feeds = new FeedDirectory();
    const bus = new EmbeddedEventBus(feeds, { log, pollMillis: 20 });
    const clockSettings = { mode: 'sandbox', start } as const;
    const runtime = await server.database('runtime');
    await runtime.script(
      `create table business_clock (only_row boolean primary key default true, mode text not null, now timestamptz)`,
    );
    const environment: ServiceEnvironment = {
      server,
      clock: await openClock(runtime, clockSettings),
      clockSettings,
      material: await openKeyMaterial({ dataDir: folder, env: {} }),
      feeds,
      bus,
      peers: new PeerDirectory(),
      log,
      metrics: new Registry(),
      variables: {},
      host: '127.0.0.1',
      watermarkMillis,
    };
    return new World(environment, folder, bus, server);
  }

  async add(definition: ServiceDefinition): Promise<Service> {
    const service = await createService(definition, this.environment);
    this.services.push(service);
    return service;
  }

  async run(): Promise<void> {
    for (const service of this.services) await service.run();
  }

  async stop(): Promise<void> {
    for (const service of this.services) await service.stopListening();
    for (const service of this.services) await service.stop();
    await this.bus.close();
    await this.server.close();
    await rm(this.folder, { recursive: true });
  }
}
