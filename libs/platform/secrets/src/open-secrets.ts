import { migrate, type Database, type ServerNews } from '@smartkey/database';
import { DataKeySecretBox } from './data-key-secret-box.ts';
import { DataKeys } from './data-keys.ts';
import type { KeyMaterial } from './key-material.ts';
import { mustBeLookupKey } from './lookup-key-of-data.ts';
import { secretsMigrations } from './secrets.migrations.ts';
import {
  KeyMaterialError,
  SealBrokenError,
  UnknownKeyError,
  type KeyEncryption,
  type SecretBox,
  type SubjectKeys,
} from './secrets.port.ts';
import { SubjectKeyStore } from './subject-key-store.ts';

/** A service's secrets, ready for use. */
export interface Secrets {
  readonly secretBox: SecretBox;
  readonly subjectKeys: SubjectKeys;
  /** For rotation. */
  readonly dataKeys: DataKeys;
  /** For rotation. */
  readonly subjectKeyStore: SubjectKeyStore;
}

export interface OpenSecretsOptions {
  /** The service's database; the tables are made in its schema. */
  readonly database: Database;
  /** Name of the service; bound into its wrapped keys. */
  readonly service: string;
  /** Where it has a lookup key, the data must have been made with it. */
  readonly material: Pick<KeyMaterial, 'source'> &
    Partial<Pick<KeyMaterial, 'lookupKey'>> & { readonly keyEncryption: KeyEncryption };
  /** Milliseconds of the system's clock. */
  readonly now?: () => number;
  /** Between the processes of the database's server: instances hear of erasures at once, and not only within minutes. */
  readonly news?: ServerNews | undefined;
}

/**
 * Opens a service's secrets: makes its tables and its first data key, proves that the key-encryption key opens all of them, and wraps
 * again what an older one wraps.
 * @throws KeyMaterialError where the keys at hand are not the ones that the data were sealed with.
 */
export async function openSecrets(options: OpenSecretsOptions): Promise<Secrets> {
  const { database, service, material, now, news } = options;
  await migrate(database, secretsMigrations, 'secrets');
  const dataKeys = new DataKeys(database, material.keyEncryption, service, now);
  try {
    await dataKeys.reload();
  } catch (error) {
    if (!(error instanceof UnknownKeyError || error instanceof SealBrokenError)) throw error;
    const need =
      error instanceof UnknownKeyError ? ` under key ${error.keyId}, which is not in` : ', but not by';
    throw new KeyMaterialError(
      `the secrets of ${service} are sealed${need} ${material.source}: ` +
        'start with the key-encryption keys that these data were made with',
      { cause: error },
    );
  }
  const { lookupKey, source } = material;
  if (lookupKey !== undefined) await mustBeLookupKey(database, { service, lookupKey, source });
  await dataKeys.rewrap();
  const channel = `${service}/erased`;
  const subjectKeyStore = new SubjectKeyStore(dataKeys, now, {
    news: news && {
      tell: () => news.tell(channel, 0n),
      hear: (listener) => void news.hear(channel, listener),
    },
  });
  return {
    secretBox: new DataKeySecretBox(dataKeys),
    subjectKeys: subjectKeyStore,
    dataKeys,
    subjectKeyStore,
  };
}
