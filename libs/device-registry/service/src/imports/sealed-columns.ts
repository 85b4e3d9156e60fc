import type { SealedColumn } from '@smartkey/secrets';
import { importFiles, importResults, importRows } from './import-seals.ts';

/** All that the registry keeps sealed under its data key, for rotation. Names of accounts are under the accounts' own keys. */
export const deviceRegistrySealedColumns: readonly SealedColumn[] = [importFiles, importResults, importRows];
