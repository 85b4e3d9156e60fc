import { dropWriteAheadLog } from '@smartkey/database';
import type { Environment } from '@smartkey/configuration';
import { layFile } from '@smartkey/files';
import { rest } from '@smartkey/lifecycle';
import { commonSettings } from '@smartkey/runtime';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pack } from '../archive/pack.ts';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { BACKUP_FORMAT, BACKUP_NOTE, type BackupNote } from '../data/backup-note.ts';
import { eventCounts, countsInWords } from '../data/event-counts.ts';
import { keysNeeded } from '../data/keys-needed.ts';
import { postgresFolder, withData, type Data } from '../data/open-data.ts';
import { pauseAppends, resumeAppends, UNDER_WAY_MILLIS } from '../heads/pause-appends.ts';
import { readHeads } from '../heads/read-heads.ts';

export const backupCommand: CliCommand = {
  name: 'backup',
  arguments: ['file'],
  argumentsMayLack: true,
  options: {
    heads: { type: 'boolean' },
    pause: { type: 'boolean' },
    minutes: { type: 'string' },
    resume: { type: 'boolean' },
  },
  help:
    'packs the data folder (without its keys) into a gzipped tar; nothing may be running on it. --heads: writes into the file how far each ' +
    'log goes and how the tables stand that no log holds, before a copy is made by the servers’ own tools, for restore --check. --pause: lets no ' +
    'event into any log, for copies of several servers, until --resume, or for --minutes (30; at most 240)',
  run: async (context) => {
    const {
      arguments: [file],
      options,
      env,
      print,
    } = context;
    if (options['pause'] === true) return pause(context);
    if (options['resume'] === true) return resume(context);
    if (file === undefined) throw new CommandError('name the file, or --pause, or --resume');
    if (existsSync(file)) throw new CommandError(`${file} is there already`);
    if (options['heads'] === true) return writeHeads(context);
    const { dataDir, databaseUrl } = commonSettings(env);
    if (databaseUrl !== undefined)
      throw new CommandError(
        'DATABASE_URL names a PostgreSQL server: back it up with pg_dump or its own tools, after backup --heads',
      );
    await withData(env, async (data) => {
      const keys = await keysNeeded(data);
      const events = await eventCounts(data);
      // Everything is in the files then, and this process holds the folder, so that nobody writes. The write-ahead log is left out: it is
      // not needed, and may hold what a former version kept in the clear.
      await dropWriteAheadLog(await data.server.database('public'));
      const note: BackupNote = { format: BACKUP_FORMAT, madeAt: new Date().toISOString(), keys, events };
      await pack(
        postgresFolder(dataDir),
        'postgres',
        [{ name: BACKUP_NOTE, text: JSON.stringify(note) }],
        file!,
      );
      print(`${file}: ${(await stat(file!)).size} bytes`);
      print(`events: ${countsInWords(events)}`);
      print(
        `It opens only with the key-encryption keys ${keys.join(', ')}, which are not in it: keep those apart.`,
      );
    });
    return 0;
  },
};

/** How far the data go, for a copy that is begun after this. */
async function writeHeads({ arguments: [file], env, print, note }: CliContext): Promise<number> {
  await withData(env, async (data) => {
    const heads = await readHeads(data);
    const path = resolve(file!);
    await layFile(dirname(path), basename(path), Buffer.from(`${JSON.stringify(heads, undefined, 2)}\n`));
    for (const [service, { place, events, head }] of Object.entries(heads.services))
      print(
        `${service} (${place}): ${events} events${head === null ? '' : `, the last ${head.id} at position ${head.position}`}`,
      );
    const { dataDir } = commonSettings(env);
    note(
      `Begin the copies now. Besides the databases keep apart from them: the key-encryption keys ${heads.keys.join(', ')}, and the ` +
        `checkpoints (SMARTKEY_CHECKPOINT_DIR, else ${dataDir}/checkpoints).`,
    );
  });
  return 0;
}

/** No event comes into any log from the answer on, so that copies of several servers are of one moment. */
async function pause({ options, env, print, note }: CliContext): Promise<number> {
  const minutes = minutesOf(options['minutes']);
  await withServer(env, async (data) => {
    const { until, paused, claiming } = await pauseAppends(data, minutes);
    if (claiming.length > 0) {
      note(`${claiming.join(', ')}: what was under way to EventStoreDB is waited for`);
      await rest(UNDER_WAY_MILLIS);
    }
    print(`appends are paused until ${until}: ${[...paused, ...claiming].join(', ')}`);
    note(
      'Writes are answered 503 meanwhile, reads go on. End it with backup --resume as soon as the copies are made.',
    );
  });
  return 0;
}

/** @returns 1 where a pause had come to its limit: copies that were made until now need not be of one moment. */
function resume({ env, print }: CliContext): Promise<number> {
  return withServer(env, async (data) => {
    const ended = await resumeAppends(data);
    if (ended.length === 0) {
      print('appends were not paused');
      return 1;
    }
    print(`appends go on: ${ended.map(({ service }) => service).join(', ')}`);
    const [over] = ended.filter((each) => each.over);
    if (over === undefined) return 0;
    print(`the pause had ended by itself at ${over.until}: what was copied after that is not of one moment`);
    return 1;
  });
}

function withServer<T>(env: Environment, work: (data: Data) => Promise<T>): Promise<T> {
  if (commonSettings(env).databaseUrl === undefined)
    throw new CommandError(
      'the embedded database is copied while the system is stopped: there is nothing to pause',
    );
  return withData(env, work);
}

function minutesOf(option: string | boolean | undefined): number {
  if (option === undefined) return 30;
  if (typeof option !== 'string' || !/^[1-9]\d{0,2}$/.test(option) || Number(option) > 240)
    throw new CommandError('--minutes must be a whole number from 1 to 240');
  return Number(option);
}
