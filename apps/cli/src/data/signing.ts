import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@smartkey/configuration';
import { commonSettings } from '@smartkey/runtime';
import { keyFilePath, keysAreGiven } from '@smartkey/secrets';
import { checkpointSettings, type CheckpointSettings } from '@smartkey/transparency';
import { CommandError } from '../command.ts';
import { keysOf } from './keys-of.ts';

/** How the checkpoints are signed that are kept outside the databases; undefined without the keys of the system. */
export async function signing(env: Environment): Promise<CheckpointSettings | undefined> {
  const { dataDir } = commonSettings(env);
  if (!keysAreGiven(env) && !existsSync(keyFilePath({ dataDir, env }))) return undefined;
  const { lookupKey, logKeys } = await keysOf(env);
  return checkpointSettings(env, { secret: lookupKey, logKeys, folder: join(dataDir, 'checkpoints') });
}

/** The same. @throws CommandError without the keys of the system. */
export async function mustSign(env: Environment): Promise<CheckpointSettings> {
  const settings = await signing(env);
  if (settings === undefined) throw new CommandError('the keys of the system are needed for this');
  return settings;
}
