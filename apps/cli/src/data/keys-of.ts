import type { Environment } from '@smartkey/configuration';
import { commonSettings } from '@smartkey/runtime';
import { type KeyMaterial, openKeyMaterial } from '@smartkey/secrets';

/** The keys of the system as they are: a command makes none. */
export const keysOf = (env: Environment): Promise<KeyMaterial> =>
  openKeyMaterial({ dataDir: commonSettings(env).dataDir, env, create: false });
