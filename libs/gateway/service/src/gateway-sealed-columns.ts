import { mailSealedColumns } from '@smartkey/mail';
import type { SealedColumn } from '@smartkey/secrets';
import { FINGERPRINT_KEY_CONTEXT } from './gateway-secrets.ts';
import { keyNameContext } from './keys/key-store.ts';
import { answerContext } from './idempotency/idempotency-store.ts';

/** Answers kept for their repeats, by the text of their scope: \\x and hex. */
export const keptAnswers: SealedColumn = {
  table: 'idempotency',
  column: 'sealed',
  key: ['scope'],
  context: (row) => answerContext(Buffer.from(row['scope']!.slice(2), 'hex')),
};

export const keyNames: SealedColumn = {
  table: 'keys',
  column: 'sealed_name',
  key: ['id'],
  context: (row) => keyNameContext(row['id']!),
};

/** All that the gateway keeps sealed, for the rotation of its data key. */
export const gatewaySealedColumns: readonly SealedColumn[] = [
  { table: 'settings', column: 'sealed', key: ['name'], context: () => FINGERPRINT_KEY_CONTEXT },
  keptAnswers,
  keyNames,
  ...mailSealedColumns,
];
