import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { layFile } from '@smartkey/files';
import { codeOf } from '@smartkey/lifecycle';

/**
 * The last signed checkpoint of each log, outside its database: a file each, replaced at once and on the disk before it is shown. Instances
 * of a service share the folder.
 */
export class CheckpointFolder {
  constructor(private readonly folder: string) {}

  /** @returns undefined where no checkpoint of the log was ever kept here. */
  async read(origin: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder, nameOf(origin)), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  remove(origin: string): Promise<void> {
    return rm(join(this.folder, nameOf(origin)), { force: true });
  }

  replace(origin: string, note: string): Promise<void> {
    return layFile(this.folder, nameOf(origin), Buffer.from(note));
  }
}

const nameOf = (origin: string): string => `${origin.replaceAll('/', '_')}.checkpoint`;
