import type { Database } from '@smartkey/database';
import { lookupKeyProof } from './lookup-purposes.ts';
import { KeyMaterialError } from './secrets.port.ts';

/** Stands in the place of the proof while a rotation is under way. */
const ROTATING = 'rotating';

/**
 * Refuses a lookup key that a service's data were not made with: by another one nobody would be found, and whoever is registered could be registered again.
 * Data from before this was looked at take the one that they are opened with.
 * @throws KeyMaterialError
 */
export async function mustBeLookupKey(
  database: Database,
  {
    service,
    lookupKey,
    source,
  }: { readonly service: string; readonly lookupKey: Uint8Array; readonly source: string },
): Promise<void> {
  const proof = lookupKeyProof(lookupKey);
  await database.execute('INSERT INTO lookup_key (proof) VALUES ($1) ON CONFLICT DO NOTHING', [proof]);
  const [row] = await database.query<{ proof: string }>('SELECT proof FROM lookup_key');
  if (row!.proof === proof) return;
  throw new KeyMaterialError(
    row!.proof === ROTATING
      ? `the rotation of the lookup key is not at its end: npm run cli -- keys rotate-lookup goes on with it`
      : `the data of ${service} were made with another lookup key than the one in ${source}: start with the keys as they were when these data were written`,
  );
}

/** From now on no service starts on these data, until `lookupKeyIs`. */
export const lookupKeyChanges = (database: Database): Promise<void> => put(database, ROTATING);

export const lookupKeyIs = (database: Database, lookupKey: Uint8Array): Promise<void> =>
  put(database, lookupKeyProof(lookupKey));

async function put(database: Database, proof: string): Promise<void> {
  await database.execute(
    'INSERT INTO lookup_key (proof) VALUES ($1) ON CONFLICT (one_row) DO UPDATE SET proof = excluded.proof',
    [proof],
  );
}
