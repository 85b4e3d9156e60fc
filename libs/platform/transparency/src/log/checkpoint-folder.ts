import { readdir, readFile } from 'node:fs/promises';
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

  /** The largest number behind the name of a log under which anything is kept here; 1 where there is none. */
  async highest(base: string): Promise<number> {
    const prefix = `${base.replaceAll('/', '_')}_`;
    const numbers = (await this.#files())
      .filter((file) => file.startsWith(prefix))
      .map((file) => /^([1-9]\d{0,8})\.checkpoint$/.exec(file.slice(prefix.length))?.[1] ?? '1');
    return Math.max(1, ...numbers.map(Number));
  }

  async #files(): Promise<readonly string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  replace(origin: string, note: string): Promise<void> {
    return layFile(this.folder, nameOf(origin), Buffer.from(note));
  }
}

const nameOf = (origin: string): string => `${origin.replaceAll('/', '_')}.checkpoint`;
