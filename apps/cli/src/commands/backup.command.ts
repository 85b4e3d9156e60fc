import { dropWriteAheadLog } from '@smartkey/database';
import { commonSettings } from '@smartkey/runtime';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pack } from '../archive/pack.ts';
import { CommandError, type Command } from '../command.ts';
import { BACKUP_FORMAT, BACKUP_NOTE, type BackupNote } from '../data/backup-note.ts';
import { eventCounts, inWords } from '../data/event-counts.ts';
import { keysNeeded } from '../data/keys-needed.ts';
import { postgresFolder, withData } from '../data/open-data.ts';

export const backupCommand: Command = {
  name: 'backup',
  arguments: ['file'],
  help: 'packs the data folder (without its keys) into a gzipped tar; nothing may be running on it',
  run: async ({ arguments: [file], env, print }) => {
    const { dataDir, databaseUrl } = commonSettings(env);
    if (databaseUrl !== undefined)
      throw new CommandError(
        'DATABASE_URL names a PostgreSQL server: back it up with pg_dump or its own tools',
      );
    if (existsSync(file!)) throw new CommandError(`${file} is there already`);
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
