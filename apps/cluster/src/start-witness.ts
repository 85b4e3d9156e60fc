import { SERVICES } from '@smartkey/event-bus';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Environment, setting } from '@smartkey/configuration';
import type { Closers } from '@smartkey/lifecycle';
import { freePort, type ClusterPart } from '@smartkey/servers';
import type { KeyMaterial } from '@smartkey/secrets';
import { checkpointSettings, logKeysKnown } from '@smartkey/transparency';
import type { Logger } from 'pino';
import { SupervisedProcess } from './supervised-process.ts';

/** Hears of each change in a part. */
export type Tell = (name: string, part: ClusterPart) => void;

const LOOPBACK = '127.0.0.1';
const LOGS = [...SERVICES, 'gateway'];
/** A log takes another name with each accepted loss: those of the first few are told before. */
const NAMES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * Starts a witness where `SMARTKEY_WITNESS_URL` names none: as a process with nothing but its own folder and the public keys of the logs. On the same
 * machine it shows how things go together; it convinces nobody but whoever runs both.
 * @returns what the services are told of it.
 */
export async function startWitness(
  env: Environment,
  {
    dataDir,
    material,
    tell,
    log,
    closers,
  }: {
    readonly dataDir: string;
    readonly material: KeyMaterial;
    readonly tell: Tell;
    readonly log: Logger;
    readonly closers: Closers;
  },
): Promise<NodeJS.ProcessEnv> {
  if (setting(env, 'SMARTKEY_WITNESS_URL') !== undefined) return {};
  const settings = checkpointSettings(env, { secret: material.lookupKey, logKeys: material.logKeys });
  const logs = join(dataDir, 'witness-logs.txt');
  await writeFile(
    logs,
    (await Promise.all(LOGS.flatMap((service) => NAMES.map((n) => logKeysKnown(settings, service, n)))))
      .flat()
      .map((key) => `${key}\n`)
      .join(''),
  );
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  const witness = new SupervisedProcess({
    name: 'witness',
    main: join(import.meta.dirname, '../../witness/dist/main.js'),
    environment: {
      PATH: env['PATH'],
      SMARTKEY_LOG_LEVEL: env['SMARTKEY_LOG_LEVEL'],
      SMARTKEY_WITNESS_NAME: setting(env, 'SMARTKEY_WITNESS_NAME') ?? `${settings.system}/w1`,
      SMARTKEY_WITNESS_DIR: join(dataDir, 'witness'),
      SMARTKEY_WITNESS_LOGS: logs,
      PORT: String(port),
      SMARTKEY_HOST: LOOPBACK,
    },
    log,
    onChange: (state) => tell('witness', { ...state, url }),
  });
  closers.add('the witness', () => witness.stop());
  await witness.start();
  const key = await fetch(`${url}/key`);
  return { SMARTKEY_WITNESS_URL: url, SMARTKEY_WITNESS_KEY: (await key.text()).trim() };
}
