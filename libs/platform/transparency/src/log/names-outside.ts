import { CheckpointFolder } from './checkpoint-folder.ts';
import { logKeysKnown, type CheckpointSettings } from './checkpoint-settings.ts';
import { originOf } from './origins.ts';

/** The number behind the last name of a log under which a checkpoint lies outside the database; 1 where none does. */
export async function highestName(
  { folder }: Pick<CheckpointSettings, 'folder'>,
  base: string,
): Promise<number> {
  return folder === undefined ? 1 : new CheckpointFolder(folder).highest(base);
}

/**
 * The public keys of a service's log, as a witness is told them, under its first name and under each that a loss gave it as far as that lies outside its
 * database: with a checkpoint, or with a key that took the place of another.
 */
export async function logKeysOutside(
  settings: CheckpointSettings,
  service: string,
): Promise<readonly string[]> {
  const base = originOf(settings.system, service);
  const origins = [...((await settings.logKeys?.()) ?? new Map<string, unknown>()).keys()];
  const later = origins
    .filter((origin) => origin.startsWith(`${base}/`))
    .map((origin) => origin.slice(base.length + 1));
  const last = Math.max(await highestName(settings, base), ...later.map(Number));
  const keys: string[] = [];
  for (let n = 1; n <= last; n += 1) keys.push(...(await logKeysKnown(settings, service, n)));
  return keys;
}
