import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_MODE, FOLDER_MODE, makeFolder } from '@smartkey/files';
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
      return await readFile(this.#path(origin), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async replace(origin: string, note: string): Promise<void> {
    await makeFolder(this.folder, FOLDER_MODE);
    const path = this.#path(origin);
    const file = await open(`${path}.new`, 'w', FILE_MODE);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    if (process.platform === 'win32') return;
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #path(origin: string): string {
    return join(this.folder, `${origin.replaceAll('/', '_')}.checkpoint`);
  }
}
