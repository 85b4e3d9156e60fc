import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { parse } from 'yaml';
import { freePort } from './free-port.ts';
import { KafkaBroker } from './kafka-broker.ts';
import { PostgresServer } from './postgres-server.ts';
import { whyLeftOut } from './why-left-out.ts';

const ROOT = join(import.meta.dirname, '../../../..');

interface Composed {
  readonly environment: Readonly<Record<string, string | number>>;
  readonly command: readonly string[];
}
/** A service of the compose file, with the defaults of its variables. */
async function composed(service: string): Promise<Composed> {
  const text = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text.replace(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true }) as {
    services: Record<string, Composed>;
  };
  return services[service]!;
}

describe('the settings that docker-compose.yml hands to PostgreSQL', () => {
  let folder = '';
  let server: PostgresServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-composed-'));
    // Run by root, PostgreSQL is another user, who must get through to its own folder.
    await chmod(folder, 0o711);
    server = await PostgresServer.start(join(folder, 'postgres'));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all its own, each within the bounds that it tells', async () => {
    const { command } = await composed('postgres');
    const settings = command
      .filter((word) => word.includes('='))
      .map((word) => word.split('=') as [string, string]);
    expect(settings.length).toBeGreaterThan(3);
    const client = new pg.Client(server.url);
    await client.connect();
    for (const [name, value] of settings) {
      const { rows } = await client.query<{
        vartype: string;
        min_val: string;
        max_val: string;
        enumvals: string[];
      }>('select vartype, min_val, max_val, enumvals from pg_settings where name = $1', [name]);
      const [known] = rows;
      expect([name, known]).toEqual([name, expect.anything()]);
      if (known!.vartype === 'integer') {
        expect(Number(value)).toBeGreaterThanOrEqual(Number(known!.min_val));
        expect(Number(value)).toBeLessThanOrEqual(Number(known!.max_val));
      } else expect(known!.enumvals ?? ['on', 'off']).toContain(value);
    }
    await client.end();
  });
});

const missing = whyLeftOut(ROOT, 'settings of a real Kafka');
(missing === undefined ? describe : describe.skip)(
  'the settings that docker-compose.yml hands to Kafka',
  () => {
    let folder = '';
    let broker: KafkaBroker | undefined;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'smartkey-composed-'));
    });
    afterAll(async () => {
      await broker?.kill();
      await rm(folder, { recursive: true, force: true });
    });

    it('are all its own, and it starts with them', async () => {
      const { environment } = await composed('kafka');
      // As the image's start script translates them.
      const settings = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name
            .replace(/^KAFKA_/, '')
            .toLowerCase()
            .replaceAll('_', '.'),
          String(value),
        ]),
      );
      const [port, controller] = [await freePort(), await freePort()];
      const here = Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [
          name,
          value
            .replace(/kafka:909|:\/\/:909/g, (place) => place.replace(/kafka|(?<=\/\/)/, '127.0.0.1'))
            .replaceAll(':9092', `:${port}`)
            .replaceAll(':9093', `:${controller}`),
        ]),
      );
      broker = await KafkaBroker.start({
        root: ROOT,
        folder,
        port,
        settings: { ...here, 'log.dirs': join(folder, 'log') },
      });
      const kafka = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.BROKER, name: settings['node.id']! }],
      });
      await admin.disconnect();
      const known = new Map(
        resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
      );
      for (const [name, value] of Object.entries(here))
        if (name !== 'log.dirs') expect([name, known.get(name)]).toEqual([name, value]);
    });
  },
);
