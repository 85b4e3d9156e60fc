import { mailSealedColumns } from '@smartkey/mail';
import type { SealedColumn } from '@smartkey/secrets';
import { exportFileParts } from './exports/export-files.ts';
import { proofFileParts } from './proofs/proof-files.ts';
import { storedFileParts } from './renditions/stored-files.ts';

/** All that billing keeps sealed in its own tables, for the rotation of its data key. */
export const billingSealedColumns: readonly SealedColumn[] = [
  storedFileParts,
  exportFileParts,
  proofFileParts,
  ...mailSealedColumns,
];
