import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KafkaUnavailableError } from './kafka-jars.ts';

const run = promisify(execFile);

/** A user that may log in to the broker. */
export interface KafkaUser {
  /** Letters and digits. */
  readonly username: string;
  readonly password: string;
}

/** What a broker's secured listeners work with. */
export interface KafkaSecrets extends KafkaUser {
  /** PKCS 12, the broker's key and its self-signed certificate for 127.0.0.1. */
  readonly keyStore: string;
  readonly keyStorePassword: string;
  /** The certificate as PEM: whoever trusts it trusts the broker. */
  readonly caFile: string;
}

/** Makes key and certificate with the JDK's own tool, once for a folder. @throws KafkaUnavailableError */
export async function kafkaSecrets(folder: string, user: KafkaUser): Promise<KafkaSecrets> {
  const [keyStore, caFile, passwordFile] = ['broker.p12', 'ca.pem', 'broker.password'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  if (!existsSync(caFile)) {
    const fresh = randomBytes(18).toString('base64url');
    await writeFile(passwordFile, fresh, { mode: 0o600 });
    const store = ['-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', fresh, '-alias', 'broker'];
    await keytool([
      '-genkeypair',
      ...store,
      '-keyalg',
      'RSA',
      '-keysize',
      '2048',
      '-validity',
      '30',
      '-dname',
      'CN=127.0.0.1',
      '-ext',
      'san=ip:127.0.0.1,dns:localhost',
    ]);
    await keytool(['-exportcert', '-rfc', ...store, '-file', caFile]);
  }
  const keyStorePassword = await readFile(passwordFile, 'utf8');
  return { ...user, keyStore, keyStorePassword, caFile };
}

async function keytool(words: readonly string[]): Promise<void> {
  await run('keytool', [...words]).catch((cause: unknown) => {
    throw new KafkaUnavailableError('keytool could not make a certificate; is a JDK installed?', { cause });
  });
}
