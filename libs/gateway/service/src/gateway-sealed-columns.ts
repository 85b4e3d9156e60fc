import type { SealedColumn } from '@smartkey/secrets';
import { FINGERPRINT_KEY_CONTEXT } from './gateway-secrets.ts';
import { answerContext } from './idempotency/idempotency-store.ts';

/** All that the gateway keeps sealed, for the rotation of its data key. */
export const gatewaySealedColumns: readonly SealedColumn[] = [
  { table: 'settings', column: 'sealed', key: ['name'], context: () => FINGERPRINT_KEY_CONTEXT },
  {
    table: 'idempotency',
    column: 'sealed',
    key: ['scope'],
    // The text of a bytea: \\x and hex.
    context: (row) => answerContext(Buffer.from(row['scope']!.slice(2), 'hex')),
  },
];
