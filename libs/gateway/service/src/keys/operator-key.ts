import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '@smartkey/configuration';
import { codeOf } from '@smartkey/lifecycle';
import { makeBearer } from './bearer-text.ts';

export interface OperatorKeyOptions {
  /** `SMARTKEY_OPERATOR_KEY`; it alone is valid as long as it is set. */
  readonly fromEnvironment?: string | undefined;
  /** Where `operator.key` lies; missing where several processes share no folder: then the variable is needed. */
  readonly dataDir?: string | undefined;
  /** Tells a person at a terminal; not called where nobody watches. */
  readonly announce?: ((text: string) => void) | undefined;
}

/**
 * The first operator key: the variable, else the file `operator.key` (mode 0600) in the data folder, which is made at first
 * start.
 * @throws ConfigurationError where there is neither, or where others than its owner may read the file.
 */
export async function openOperatorKey(options: OperatorKeyOptions): Promise<string> {
  if (options.fromEnvironment !== undefined) return options.fromEnvironment;
  if (options.dataDir === undefined)
    throw new ConfigurationError(
      'SMARTKEY_OPERATOR_KEY',
      'is missing: without a data folder no key can be made',
    );
  const path = join(options.dataDir, 'operator.key');
  const { text: key } = makeBearer('smk');
  try {
    await writeFile(path, `${key}\n`, { mode: 0o600, flag: 'wx' });
    options.announce?.(`The first operator key (also in ${path}): ${key}`);
    return key;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const kept = await readClosed(path);
  if (kept === '')
    throw new ConfigurationError(
      'SMARTKEY_OPERATOR_KEY',
      `is not set, and ${path} is empty: delete that file, or set the variable`,
    );
  return kept;
}

async function readClosed(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new ConfigurationError(
        'SMARTKEY_OPERATOR_KEY',
        `is not set, and ${path} is open to others than its owner (mode ${(mode & 0o777).toString(8)}): chmod 600 it; ` +
          'where others could have read it, delete it, so that a new one is made',
      );
    return (await file.readFile('utf8')).trim();
  } finally {
    await file.close();
  }
}
