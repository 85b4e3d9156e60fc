import { CredentialRotation, CredentialSecrets } from '@smartkey/authentication-service';
import { billingSealedColumns } from '@smartkey/billing-service';
import { deviceRegistrySealedColumns } from '@smartkey/device-registry-service';
import { gatewaySealedColumns } from '@smartkey/gateway-service';
import { commonSettings } from '@smartkey/runtime';
import {
  addKeyToFile,
  dataKeyId,
  DataKeyInUseError,
  dropDataKey,
  dropKeysFromFile,
  keyFilePath,
  openSecrets,
  resealColumn,
  type SealedColumn,
  type Secrets,
} from '@smartkey/secrets';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { keysNeeded } from '../data/keys-needed.ts';
import { keysOf } from '../data/keys-of.ts';
import { mustSeeAll } from '../data/must-see-all.ts';
import { withData, type Data } from '../data/open-data.ts';
import { refuseWhileRunning } from '../data/refuse-while-running.ts';
import { KEEPERS } from '../data/services.ts';

type Keeper = (typeof KEEPERS)[number];

/** Columns that are sealed again as they lie. */
const COLUMNS: Partial<Record<Keeper, readonly SealedColumn[]>> = {
  'device-registry': deviceRegistrySealedColumns,
  billing: billingSealedColumns,
  gateway: gatewaySealedColumns,
};

/** Every column that holds sealed values: a data key is dropped only when none of them needs it. */
const SEALED: Partial<Record<Keeper, readonly Pick<SealedColumn, 'table' | 'column'>[]>> = {
  ...COLUMNS,
  authentication: [{ table: 'credentials', column: 'sealed' }],
};

export const rotateKeysCommand: CliCommand = {
  name: 'rotate-keys',
  arguments: [],
  options: { 'data-keys': { type: 'boolean' }, 'drop-old': { type: 'boolean' } },
  help:
    'makes a new key-encryption key and wraps again; --data-keys: new data keys too, and seals again; ' +
    '--drop-old: only drops the keys that nothing needs, but backups made with them do',
  run: (context) =>
    withData(context.env, async (data) => {
      const { env, options, print } = context;
      const path = keyFilePath({ dataDir: commonSettings(env).dataDir, env });
      const fromFile = !env['SMARTKEY_ENCRYPTION_KEYS'];
      await refuseWhileRunning(
        data,
        'stop the services first, or rotate while they run, by SMARTKEY_ENCRYPTION_KEYS (docs/operations.md)',
      );
      // Proves the keys at hand before anything changes.
      await eachKeeper(data, context, () => Promise.resolve());
      if (options['drop-old'] === true) {
        if (!fromFile)
          throw new CommandError('SMARTKEY_ENCRYPTION_KEYS is set: take the old keys out of it yourself');
        await mustSeeAll(data, env, KEEPERS, 'its data keys may need the keys that would be dropped');
        const dropped = await dropKeysFromFile(path, new Set(await keysNeeded(data)));
        print(dropped.length === 0 ? 'nothing to drop' : `dropped from ${path}: ${dropped.join(', ')}`);
        return 0;
      }
      if (fromFile) print(`new key-encryption key: ${await addKeyToFile(path)} in ${path}`);
      await eachKeeper(data, context, async (keeper, secrets) => {
        if (options['data-keys'] === true) await rotateDataKey(keeper, secrets, print);
      });
      print(
        `in use: ${(await keysNeeded(data)).join(', ')}; older ones stay for backups that were made with them`,
      );
      return 0;
    }),
};

/** Opens the secrets of each service, which wraps its data keys under the current key-encryption key. */
async function eachKeeper(
  data: Data,
  { env }: CliContext,
  work: (keeper: Keeper, secrets: Secrets) => Promise<void>,
): Promise<void> {
  const material = await keysOf(env);
  for await (const { service, database } of data.started(KEEPERS))
    await work(service, await openSecrets({ database, service, material }));
}

async function rotateDataKey(keeper: Keeper, secrets: Secrets, print: CliContext['print']): Promise<void> {
  const { dataKeys, secretBox, subjectKeyStore } = secrets;
  const id = await dataKeys.rotate();
  let resealed = await subjectKeyStore.rewrap();
  if (keeper === 'authentication') {
    const rotation = new CredentialRotation(dataKeys.database, new CredentialSecrets(secretBox));
    const { resealed: credentials, broken } = await rotation.resealAll();
    resealed += credentials;
    for (const device of broken) print(`  the secret of ${device} does not open; it was left as it is`);
  }
  for (const column of COLUMNS[keeper] ?? []) resealed += await resealColumn(dataKeys, secretBox, column);
  print(`${keeper}: data key ${id}, ${resealed} values sealed again`);
  for (const { version } of await dataKeys.rows()) {
    if (dataKeyId(version) === id) continue;
    try {
      await dropDataKey(dataKeys, dataKeyId(version), SEALED[keeper] ?? []);
      print(`${keeper}: dropped data key ${dataKeyId(version)}`);
    } catch (error) {
      if (!(error instanceof DataKeyInUseError)) throw error;
      print(`${keeper}: kept for now: ${error.message}`);
    }
  }
}

/** Processes that run keep the keys they were started with: they would not open what is wrapped anew. */
