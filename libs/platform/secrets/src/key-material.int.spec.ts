import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addKeyToFile, dropKeysFromFile } from './key-file.ts';
import { openKeyMaterial } from './key-material.ts';
import { KeyMaterialError, SealBrokenError, UnknownKeyError } from './secrets.port.ts';

let dataDir: string;
const open = (env: Record<string, string> = {}, create?: boolean) =>
  openKeyMaterial({ dataDir, env, ...(create === undefined ? {} : { create }) });
const path = (): string => join(dataDir, 'keys.json');

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'smartkey-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the key file', () => {
  it('is made at first start, for its owner alone, and is the same at the next', async () => {
    const first = await open();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['keys.json']);
    const second = await open();
    expect(second.keyEncryption.currentVersion).toBe(first.keyEncryption.currentVersion);
    expect(second.lookupKey).toEqual(first.lookupKey);
    expect(second.internalToken).toBe(first.internalToken);
  });

  it('is one file where many processes start at once', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => open()));
    expect(new Set(opened.map((material) => material.keyEncryption.currentVersion)).size).toBe(1);
    expect(new Set(opened.map((material) => material.internalToken)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['keys.json']);
  });

  it('is refused where group or others may read it, with a message that names file and mode', async () => {
    await open();
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      await chmod(path(), mode);
      await expect(open()).rejects.toThrow(KeyMaterialError);
      await expect(open()).rejects.toThrow(
        `${path()} is open to others than its owner (mode ${mode.toString(8)})`,
      );
    }
    await chmod(path(), 0o600);
    await expect(open()).resolves.toBeDefined();
  });

  it('is refused where it is no key file, without a word of its content', async () => {
    for (const content of [
      '',
      'hunter2',
      '{}',
      '{"format":"smartkey-keys/1","keys":[],"lookupKey":"hunter2","internalToken":"x"}',
      '{"format":"smartkey-keys/1","keys":["hunter2"],"lookupKey":"hunter2","internalToken":"x"}',
    ]) {
      await writeFile(path(), content, { mode: 0o600 });
      await expect(open()).rejects.toThrow(expect.objectContaining({ name: 'KeyMaterialError' }));
      await expect(open()).rejects.toThrow(
        expect.objectContaining({ message: expect.not.stringMatching('hunter2') }),
      );
    }
  });

  it('is not made anew beside data that were sealed with a lost one', async () => {
    await expect(open({}, false)).rejects.toThrow(`there is no key file ${path()}`);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('may lie elsewhere', async () => {
    const elsewhere = join(dataDir, 'safe', 'smartkey.json');
    const material = await open({ SMARTKEY_KEY_FILE: elsewhere });
    expect(material.source).toBe(`key file ${elsewhere}`);
    expect(JSON.parse(await readFile(elsewhere, 'utf8'))).toMatchObject({ format: 'smartkey-keys/1' });
  });

  it('keeps older versions for reading until they are dropped', async () => {
    const key = randomBytes(32);
    const old = (await open()).keyEncryption;
    const wrapped = await old.wrap(key, 'owner');
    const version = await addKeyToFile(path());
    expect((await stat(path())).mode & 0o777).toBe(0o600);

    const rotated = (await open()).keyEncryption;
    expect(rotated.currentVersion).toBe(version);
    expect(Buffer.from(await rotated.unwrap(wrapped, 'owner'))).toEqual(key);
    expect(rotated.versionOf(await rotated.wrap(key, 'owner'))).toBe(version);

    expect(await dropKeysFromFile(path(), new Set([old.currentVersion]))).toEqual([]);
    expect(await dropKeysFromFile(path(), new Set())).toEqual([old.currentVersion]);
    await expect((await open()).keyEncryption.unwrap(wrapped, 'owner')).rejects.toThrow(UnknownKeyError);
  });
});

describe('keys from the environment', () => {
  const key = (): string => randomBytes(32).toString('base64');
  const env = () => ({
    SMARTKEY_ENCRYPTION_KEYS: key(),
    SMARTKEY_LOOKUP_KEY: key(),
    SMARTKEY_INTERNAL_TOKEN: key(),
  });

  it('leave no file', async () => {
    const given = env();
    const material = await open(given);
    expect(material.internalToken).toBe(given.SMARTKEY_INTERNAL_TOKEN);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('rotate by putting the new one in front', async () => {
    const given = env();
    const wrapped = await (await open(given)).keyEncryption.wrap(randomBytes(32), 'owner');
    const rotated = (
      await open({ ...given, SMARTKEY_ENCRYPTION_KEYS: `${key()},${given.SMARTKEY_ENCRYPTION_KEYS}` })
    ).keyEncryption;
    await expect(rotated.unwrap(wrapped, 'owner')).resolves.toHaveLength(32);
    expect(rotated.versionOf(wrapped)).not.toBe(rotated.currentVersion);
  });

  it('are refused with the name of the variable that is missing or unusable, and never its value', async () => {
    for (const name of [
      'SMARTKEY_ENCRYPTION_KEYS',
      'SMARTKEY_LOOKUP_KEY',
      'SMARTKEY_INTERNAL_TOKEN',
    ] as const) {
      const { [name]: _, ...rest } = env();
      await expect(open(rest)).rejects.toThrow(`${name} is missing`);
      for (const value of ['hunter2', key().slice(0, 24), '!'.repeat(31)]) {
        await expect(open({ ...env(), [name]: value })).rejects.toThrow(name);
        await expect(open({ ...env(), [name]: value })).rejects.toThrow(
          expect.objectContaining({
            name: 'KeyMaterialError',
            message: expect.not.stringContaining('hunter2'),
          }),
        );
      }
    }
  });
});

describe('a wrapped key', () => {
  it('is bound to its context and to its key', async () => {
    const { keyEncryption } = await open();
    const wrapped = await keyEncryption.wrap(randomBytes(32), 'data-key/authentication/1');
    await expect(keyEncryption.unwrap(wrapped, 'data-key/authentication/2')).rejects.toThrow(SealBrokenError);
    await rm(path());
    await expect((await open()).keyEncryption.unwrap(wrapped, 'data-key/authentication/1')).rejects.toThrow(
      UnknownKeyError,
    );
  });
});
