import { openKeyMaterial, KeyMaterialError } from '@smartkey/secrets';
import { commonSettings } from '@smartkey/runtime';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from '../archive/tar-header.ts';
import { unpack } from '../archive/unpack.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { BACKUP_FORMAT, BACKUP_NOTE, type BackupNote } from '../data/backup-note.ts';
import { postgresFolder } from '../data/open-data.ts';
import { verifyCommand } from './verify.command.ts';

export const restoreCommand: Command = {
  name: 'restore',
  arguments: ['file'],
  help: 'unpacks a backup into a data folder that has no data yet, and verifies it',
  run: async (context) => {
    const { dataDir, databaseUrl } = commonSettings(context.env);
    const [file] = context.arguments;
    if (databaseUrl !== undefined)
      throw new CommandError(
        'DATABASE_URL names a PostgreSQL server: restore it with pg_restore or its own tools',
      );
    if (!existsSync(file!)) throw new CommandError(`there is no file ${file}`);
    const target = postgresFolder(dataDir);
    if (existsSync(target))
      throw new CommandError(
        `there are data in ${dataDir} already: restore into another folder (SMARTKEY_DATA_DIR)`,
      );
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const staging = join(dataDir, `restoring-${process.pid}`);
    try {
      await unpack(file!, staging);
      await tellKeys(await noteOf(staging), context);
      await rename(join(staging, 'postgres'), target);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return verifyCommand.run(context);
  },
};

async function noteOf(staging: string): Promise<BackupNote> {
  const text = await readFile(join(staging, BACKUP_NOTE), 'utf8').catch(() => '{}');
  const note = JSON.parse(text) as Partial<BackupNote>;
  if (note.format !== BACKUP_FORMAT || !existsSync(postgresFolder(staging)))
    throw new ArchiveError(`the archive is no backup of the form ${BACKUP_FORMAT}`);
  return note as BackupNote;
}

/** Says whether the keys at hand open the backup: better now than at the next start. */
async function tellKeys({ madeAt, keys }: BackupNote, { env, note }: CommandContext): Promise<void> {
  note(`restoring a backup of ${madeAt}`);
  try {
    const { dataDir } = commonSettings(env);
    const { keyEncryption, source } = await openKeyMaterial({ dataDir, env, create: false });
    const missing = keys.filter((version) => !keyEncryption.has(version));
    if (missing.length > 0) note(`${source} does not hold key ${missing.join(', ')}, which these data need`);
  } catch (error) {
    if (!(error instanceof KeyMaterialError)) throw error;
    note(`before the next start, put back the keys ${keys.join(', ')}: ${error.message}`);
  }
}
