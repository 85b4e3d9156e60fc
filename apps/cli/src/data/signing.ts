import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@smartkey/configuration';
import { commonSettings } from '@smartkey/runtime';
import { keyFilePath, keysAreGiven, openKeyMaterial } from '@smartkey/secrets';
import { checkpointSettings, type CheckpointSettings } from '@smartkey/transparency';

/** How the checkpoints are signed that are kept outside the databases; undefined without the keys of the system. */
export async function signing(env: Environment): Promise<CheckpointSettings | undefined> {
  const { dataDir } = commonSettings(env);
  if (!keysAreGiven(env) && !existsSync(keyFilePath({ dataDir, env }))) return undefined;
  const { lookupKey, logKeys } = await openKeyMaterial({ dataDir, env, create: false });
  return checkpointSettings(env, { secret: lookupKey, logKeys, folder: join(dataDir, 'checkpoints') });
}
