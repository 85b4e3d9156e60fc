import { idOfStream } from '@smartkey/kernel';
import { commonSettings } from '@smartkey/runtime';
import {
  beginLookupRotation,
  endLookupRotation,
  keyFilePath,
  keysAreGiven,
  lookupKeyChanges,
  lookupKeyIs,
  openSecrets,
  readKeyRing,
} from '@smartkey/secrets';
import { hasTable, type Database } from '@smartkey/database';
import { readOrigins } from '@smartkey/transparency';
import { scan } from '../audit/scan.ts';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { mustSeeAll } from '../data/must-see-all.ts';
import { withData, type Data } from '../data/open-data.ts';
import { originIn } from '../data/origin-in.ts';
import { refuseWhileRunning } from '../data/refuse-while-running.ts';
import { KEEPERS } from '../data/services.ts';
import { digestAnew, dropUnknownDigests, mustHaveNothingBetween } from '../lookup/digest-anew.ts';

/** So often a long rotation says how far it is. */
const TOLD_EVERY = 50_000;

export const rotateLookupCommand: CliCommand = {
  name: 'keys rotate-lookup',
  arguments: [],
  help:
    'makes a new key for what external ids are found by, digests the tables anew and destroys the former key, so that digests in old events and on topics ' +
    'mean nothing any more; while the system is stopped; one that was cut off goes on where it is called again',
  run: (context) => withData(context.env, (data) => rotate(data, context)),
};

async function rotate(data: Data, { env, print, note }: CliContext): Promise<number> {
  if (keysAreGiven(env))
    throw new CommandError(
      'the keys come from the environment, where nothing can be kept of a former one: put them into a key file first and name it in SMARTKEY_KEY_FILE (docs/operations.md)',
    );
  await refuseWhileRunning(
    data,
    'stop the services first: whoever runs with the former key would find nobody',
  );
  await mustSeeAll(data, env, KEEPERS, 'its digests would be by a key that is destroyed');
  const path = keyFilePath({ dataDir: commonSettings(env).dataDir, env });
  const registry = await data.mustHave('device-registry');
  const authentication = await data.schema('authentication');
  await mustHaveNothingBetween(registry, authentication);
  const material = await readKeyRing(path);
  // Proves the keys at hand before anything changes.
  const { subjectKeys } = await openSecrets({ database: registry, service: 'device-registry', material });
  const rotation = await beginLookupRotation(path, {
    contracts: await contractsIn(data),
    origins: await originsIn(data),
  });
  note(
    rotation.goesOn
      ? `the rotation to version ${rotation.version} goes on`
      : `version ${rotation.version} is begun`,
  );
  await eachKeeper(data, lookupKeyChanges);
  let told = 0;
  const { accounts, changed, unreadable } = await digestAnew(
    { registry, authentication, subjectKeys, lookupKey: rotation.next },
    (done) => {
      if (Math.floor(done / TOLD_EVERY) > Math.floor(told / TOLD_EVERY)) note(`${done} external ids`);
      told = done;
    },
  );
  if (authentication !== undefined) await dropUnknownDigests(authentication);
  await eachKeeper(data, (database) => lookupKeyIs(database, rotation.next));
  await endLookupRotation(path);
  for (const account of unreadable)
    print(`${account}: its external id does not open, and finds nobody from now on`);
  print(
    `lookup key version ${rotation.version} in ${path}; ${accounts} external ids, ${changed} digested anew; the former key is destroyed: ` +
      'it is left in copies of that file alone',
  );
  return 0;
}

async function eachKeeper(data: Data, work: (database: Database) => Promise<void>): Promise<void> {
  for await (const { database } of data.started(KEEPERS))
    // One that has not run since it looks at the key takes the one that it starts with.
    if (await hasTable(database, 'lookup_key')) await work(database);
}

/** Of all contracts that were ever applied for. */
async function contractsIn(data: Data): Promise<ReadonlySet<string>> {
  const contracts = new Set<string>();
  const database = await data.schema('contract');
  if (database === undefined) return contracts;
  for await (const events of scan(await data.log('contract', database)))
    for (const { stream, revision } of events)
      if (revision === 0 && stream.startsWith('contract-')) contracts.add(idOfStream('ctr', stream));
  return contracts;
}

/** Under which names the logs are and were signed. */
async function originsIn(data: Data): Promise<ReadonlySet<string>> {
  const origins = new Set<string>();
  for await (const { service, database } of data.started(KEEPERS)) {
    const base = await originIn(database);
    if (base === undefined) continue;
    const store = await data.log(service, database);
    for (const name of (await readOrigins(store, base)).names) origins.add(name);
  }
  return origins;
}
