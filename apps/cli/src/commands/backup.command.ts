import { dropWriteAheadLog } from '@smartkey/database';
import { layFile } from '@smartkey/files';
import { commonSettings } from '@smartkey/runtime';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pack } from '../archive/pack.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { BACKUP_FORMAT, BACKUP_NOTE, type BackupNote } from '../data/backup-note.ts';
import { eventCounts, inWords } from '../data/event-counts.ts';
import { keysNeeded } from '../data/keys-needed.ts';
import { postgresFolder, withData } from '../data/open-data.ts';
import { readHeads } from '../heads/read-heads.ts';

export const backupCommand: Command = {
  name: 'backup',
  arguments: ['file'],
  options: { heads: { type: 'boolean' } },
  help:
    'packs the data folder (without its keys) into a gzipped tar; nothing may be running on it. --heads: writes into the file how far each ' +
    'log goes and how the tables stand that no log holds, before a copy is made by the servers’ own tools, for restore --check',
  run: async (context) => {
    const {
      arguments: [file],
      options,
      env,
      print,
    } = context;
    if (existsSync(file!)) throw new CommandError(`${file} is there already`);
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
      print(`events: ${inWords(events)}`);
      print(
        `It opens only with the key-encryption keys ${keys.join(', ')}, which are not in it: keep those apart.`,
      );
    });
    return 0;
  },
};

/** How far the data go, for a copy that is begun after this. */
async function writeHeads({ arguments: [file], env, print, note }: CommandContext): Promise<number> {
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
