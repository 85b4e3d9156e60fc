import { existingKeyFile, newKey, readKeyFile, replaceKeyFile } from './key-file.ts';
import { KEY_BYTES } from './sealed-text.ts';
import { KeyMaterialError } from './secrets.port.ts';

/** Seeds that logs are signed with besides their first keys, by the name of the log; the newest first, 32 bytes each. */
export type LogKeys = ReadonlyMap<string, readonly Uint8Array[]>;

const VARIABLE = 'SMARTKEY_LOG_KEYS';

/**
 * Where the keys of logs lie that took the place of their first ones: `SMARTKEY_LOG_KEYS` where the keys come from the environment
 * (`<log>=<base64 of 32 bytes>`, separated by commas, the newest of a log first), else the key file. Read anew each time that it is asked, so that a process
 * that runs signs with a key that was made meanwhile.
 * @param path of the key file; undefined where the keys come from the environment.
 * @throws KeyMaterialError; of a file when it is asked.
 */
export function logKeysOf(
  env: Readonly<Record<string, string | undefined>>,
  path: string | undefined,
): () => Promise<LogKeys> {
  if (path === undefined) {
    const keys = inEnvironment(env[VARIABLE] ?? '');
    return () => Promise.resolve(keys);
  }
  return async () => {
    const file = await readKeyFile(path);
    return new Map(
      Object.entries(file?.logKeys ?? {}).map(([log, seeds]) => [
        log,
        seeds.map((seed) => Buffer.from(seed, 'base64url')),
      ]),
    );
  };
}

/** Makes a key for a log and keeps it in front of those before it, which stay: what they signed is to be verified for good. */
export async function addLogKey(path: string, log: string): Promise<Uint8Array> {
  const file = await existingKeyFile(path);
  const seed = newKey();
  await replaceKeyFile(path, {
    ...file,
    logKeys: { ...file.logKeys, [log]: [seed, ...(file.logKeys?.[log] ?? [])] },
  });
  return Buffer.from(seed, 'base64url');
}

function inEnvironment(text: string): LogKeys {
  const keys = new Map<string, Uint8Array[]>();
  for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
    const [, log, code = ''] = /^\s*([a-z0-9./-]+)=([0-9A-Za-z+/_-]+={0,2})\s*$/.exec(entry) ?? [];
    const seed = Buffer.from(code, 'base64');
    if (log === undefined || seed.length !== KEY_BYTES)
      throw new KeyMaterialError(
        `${VARIABLE} is to be <log>=<base64 of 32 bytes>, separated by commas, such as smartkey.example.jp/billing=…`,
      );
    keys.set(log, [...(keys.get(log) ?? []), seed]);
  }
  return keys;
}
