import { SERVICES } from '@smartkey/event-bus';
import { ConfigurationError, type Environment } from '@smartkey/configuration';
import { ArchiveError, closedFolder } from '@smartkey/files';
import { DATA_FOLDER_MARKS, folderKind } from '@smartkey/database';
import { KeyMaterialError } from '@smartkey/secrets';
import { commonSettings } from '@smartkey/runtime';
import { existsSync } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack, type UnpackLimits } from '../archive/unpack.ts';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { BACKUP_NOTE, parseBackupNote, type BackupNote } from '../data/backup-note.ts';
import { eventCounts, countsInWords } from '../data/event-counts.ts';
import { keysNeeded } from '../data/keys-needed.ts';
import { keysOf } from '../data/keys-of.ts';
import { postgresFolder, withData, type Data } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { checkService, type CheckedService } from '../heads/check-heads.ts';
import { pauseOf } from '../heads/pause-appends.ts';
import { readHeadsFile, type ServiceHeads } from '../heads/heads-file.ts';
import { verifyCommand } from './verify.command.ts';

export const restoreCommand: CliCommand = {
  name: 'restore',
  arguments: ['file'],
  options: { 'limit-gib': { type: 'string' }, check: { type: 'boolean' } },
  help:
    'unpacks a backup into a data folder that has no data yet, and verifies it; refuses one that unpacks to more than 64 GiB, ' +
    'or than --limit-gib says. --check: says whether the data hold at least what they held when backup --heads wrote the file, and every ' +
    'row that events need; exit code 1 where something is missing',
  run: async (context) => {
    if (context.options['check'] === true) return checkRestored(context);
    const { dataDir, databaseUrl } = commonSettings(context.env);
    const [file] = context.arguments;
    if (databaseUrl !== undefined)
      throw new CommandError(
        'DATABASE_URL names a PostgreSQL server: restore it with pg_restore or its own tools',
      );
    if (!existsSync(file!)) throw new CommandError(`there is no file ${file}`);
    const target = postgresFolder(dataDir);
    if (folderKind(dataDir) !== 'none')
      throw new CommandError(
        `there are data in ${dataDir} already: restore into another folder (SMARTKEY_DATA_DIR)`,
      );
    const limitGib = gibibytes(context.options['limit-gib']);
    await closedFolder(dataDir, { marks: DATA_FOLDER_MARKS, warn: context.note });
    let note: BackupNote;
    const staging = join(dataDir, `restoring-${process.pid}`);
    try {
      await unpack(file!, staging, await limitsIn(dataDir, limitGib));
      note = await noteOf(staging);
      await tellKeys(note, context);
      await rename(join(staging, 'postgres'), target);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    const verified = await verifyCommand.run(context);
    const complete = await holdsAll(note, context);
    await stopUntilAccepted(note, context);
    return complete ? verified : 1;
  },
};

/**
 * The readers of these logs were put back with them, so that nobody remembers what was written after the backup: numbers may be out, keys
 * revoked since be valid. So nothing is written until two people have given it up.
 */
async function stopUntilAccepted({ madeAt }: BackupNote, { env, note }: CliContext): Promise<void> {
  await withData(env, async (data) => {
    const stopped: string[] = [];
    for await (const { service, database } of data.started(SERVICES)) {
      const store = await data.log(service, database);
      const detail = `it was put back from a backup of ${madeAt}: what was written after that is not known`;
      await store.standing.enter([{ reader: 'restore', detail }], await store.last());
      stopped.push(service);
    }
    note(
      `Nothing is written to ${stopped.join(', ')} until two people have given up what came after the backup: for each of them ` +
        'log accept-loss <service> --by <name> --reason <text>, and by another person without --reason.',
    );
  });
}

/** Whether what was restored, by whatever tool, holds at least what the file says. */
async function checkRestored({ arguments: [file], env, print, note }: CliContext): Promise<number> {
  const heads = await readHeadsFile(file!);
  return withData(env, async (data) => {
    const lacking: string[] = [];
    for (const service of KEEPERS) {
      const was = heads.services[service];
      if (was === undefined && (await data.schema(service)) === undefined) continue;
      const { events, faults, notes } = await checkedOrRefused(data, service, was);
      const beside = was === undefined ? 'none' : String(was.events);
      print(`${service}: ${events} events, ${beside} when the heads were taken`);
      for (const fault of faults) print(`  ${fault}`);
      for (const each of notes) print(`  (${each})`);
      if (faults.length > 0) lacking.push(service);
    }
    const paused: string[] = [];
    for await (const { service, database } of data.started(KEEPERS))
      if ((await pauseOf(database)) !== undefined) paused.push(service);
    if (paused.length > 0)
      note(
        `the copy was made while appends were paused (${paused.join(', ')}): let them go on with backup --resume`,
      );
    for (const fault of await missingKeys(data, env)) {
      print(fault);
      lacking.push('keys');
    }
    print(
      lacking.length === 0
        ? `at least what was there at ${heads.madeAt}`
        : `not what was there at ${heads.madeAt}: ${lacking.join(', ')}`,
    );
    return lacking.length === 0 ? 0 : 1;
  });
}

/** A log that cannot be opened, because its server holds another or none, is missing as a whole. */
async function checkedOrRefused(
  data: Data,
  service: (typeof KEEPERS)[number],
  was: ServiceHeads | undefined,
): Promise<CheckedService> {
  try {
    return await checkService(data, service, was);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { events: 0, faults: [error.message], notes: [] };
  }
}

/** Whether the keys at hand open the data. */
async function missingKeys(data: Data, env: Environment): Promise<readonly string[]> {
  const needed = await keysNeeded(data);
  try {
    const { keyEncryption, source } = await keysOf(env);
    const missing = needed.filter((version) => !keyEncryption.has(version));
    return missing.length === 0
      ? []
      : [`${source} does not hold key ${missing.join(', ')}, which these data need`];
  } catch (error) {
    if (!(error instanceof KeyMaterialError)) throw error;
    return [`the keys ${needed.join(', ')} are needed: ${error.message}`];
  }
}

/** Whether every event that the backup says it holds has come out of it. */
async function holdsAll({ events }: BackupNote, { env, print }: CliContext): Promise<boolean> {
  if (events === undefined) return true;
  const found = await withData(env, eventCounts);
  const complete = SERVICES.every((service) => found[service] === events[service]);
  print(
    complete
      ? `all events that were backed up are there: ${countsInWords(found)}`
      : `not what was backed up: ${countsInWords(events)} events then, ${countsInWords(found)} now`,
  );
  return complete;
}

/** A backup of ours has some thousand. */
const MOST_ENTRIES = 1_000_000;
const MOST_NOTE_BYTES = 64 * 1024;
const GIBIBYTE = 2 ** 30;

function gibibytes(option: string | boolean | undefined): number {
  if (option === undefined) return 64;
  if (typeof option !== 'string' || !/^[1-9]\d{0,5}$/.test(option))
    throw new CommandError('--limit-gib must be a whole number from 1 to 999999');
  return Number(option);
}

/** What fits on the disk, and no more than was said. */
async function limitsIn(folder: string, limitGib: number): Promise<UnpackLimits> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const asked = limitGib * GIBIBYTE;
  return {
    bytes: Math.min(asked, free),
    because: free < asked ? `${folder} has no more space` : 'if you trust it, allow more with --limit-gib',
    entries: MOST_ENTRIES,
  };
}

async function noteOf(staging: string): Promise<BackupNote> {
  const path = join(staging, BACKUP_NOTE);
  const note = existsSync(path) ? parseBackupNote(await beginningOf(path)) : undefined;
  if (note === undefined || !existsSync(postgresFolder(staging)))
    throw new ArchiveError('the archive is no backup of ours');
  return note;
}

/** A note is short; of whatever else bears its name, no more is read. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(MOST_NOTE_BYTES), position: 0 });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Says whether the keys at hand open the backup: better now than at the next start. */
async function tellKeys({ madeAt, keys }: BackupNote, { env, note }: CliContext): Promise<void> {
  note(`restoring a backup of ${madeAt}`);
  try {
    const { keyEncryption, source } = await keysOf(env);
    const missing = keys.filter((version) => !keyEncryption.has(version));
    if (missing.length > 0) note(`${source} does not hold key ${missing.join(', ')}, which these data need`);
  } catch (error) {
    if (!(error instanceof KeyMaterialError)) throw error;
    note(`before the next start, put back the keys ${keys.join(', ')}: ${error.message}`);
  }
}
