import { DENIAL_REASONS, type DenialReason } from '@smartkey/authentication-domain';
import type { Database } from '@smartkey/database';
import type { AccountId, ContractId, DeviceId, Instant } from '@smartkey/kernel';
import type { LastAttempts } from '@smartkey/messages';
import type { AttemptPlace } from './attempt-cursor.ts';
import type { AddressIndex, AddressSought } from './client-address.ts';

/** Which attempts are looked for. */
export interface AttemptsSought {
  readonly contract: ContractId;
  readonly rid?: AccountId | undefined;
  /** The first instant. */
  readonly from: Instant;
  /** The first instant behind the last. */
  readonly to?: Instant | undefined;
  readonly result?: 'success' | 'denied' | undefined;
  readonly reason?: DenialReason | undefined;
  readonly address?: AddressSought | undefined;
}

/** A row of the log of attempts as it lies there. */
export interface AttemptRow {
  readonly at: Instant;
  readonly id: string;
  readonly rid: AccountId | null;
  readonly device: DeviceId | null;
  readonly key: string;
  readonly result: 'success' | 'denied';
  readonly reason: DenialReason | null;
  readonly client_ref: string | null;
  /** Sealed. */
  readonly address: string | null;
  readonly repeated: number | null;
}

const COLUMNS = 'at, id, rid, device, key, result, reason, client_ref, address, repeated';
const NEWEST_FIRST = 'ORDER BY at DESC, id DESC';

/** Reads the log of attempts, the newest first, by the indexes that it has: a page costs what its rows cost, however many there are. */
export class AttemptReader {
  constructor(
    private readonly database: Database,
    private readonly index: AddressIndex,
  ) {}

  /** Up to `limit` rows behind the place. */
  rows(sought: AttemptsSought, after: AttemptPlace | undefined, limit: number): Promise<AttemptRow[]> {
    const values: unknown[] = [];
    const value = (given: unknown): string => `$${values.push(given)}`;
    const where = this.#conditions(sought, after, value).join(' AND ');
    const rows = `SELECT ${COLUMNS} FROM attempt_log WHERE ${where}`;
    const most = value(limit);
    const { rid, result, reason, address } = sought;
    // Denials are indexed by their reason. All of a contract's are the newest of each.
    const ofEachReason =
      result === 'denied' && reason === undefined && rid === undefined && address === undefined;
    const text = ofEachReason
      ? `SELECT d.* FROM unnest(${value(DENIAL_REASONS)}::text[]) AS wanted (reason)
         CROSS JOIN LATERAL (${rows} AND attempt_log.reason = wanted.reason ${NEWEST_FIRST} LIMIT ${most}) AS d
         ${NEWEST_FIRST} LIMIT ${most}`
      : `${rows} ${NEWEST_FIRST} LIMIT ${most}`;
    return this.database.query<AttemptRow>(text, values);
  }

  /** When accounts last signed in and were last denied. One that never had a device has no guard, and no success. */
  async lastOf(accounts: readonly AccountId[]): Promise<Readonly<Record<AccountId, LastAttempts>>> {
    const rows = await this.database.query<{ account: AccountId } & LastAttempts>(
      `SELECT a.account, g.last_success_at AS "lastSuccessAt",
              CASE WHEN g.account IS NULL THEN denied.at ELSE g.last_failure_at END AS "lastFailureAt"
       FROM accounts a LEFT JOIN attempts g ON g.account = a.account
       LEFT JOIN LATERAL (
         SELECT l.at FROM attempt_log l WHERE g.account IS NULL AND l.contract = a.contract AND l.rid = a.account
         ORDER BY l.at DESC LIMIT 1) AS denied ON true
       WHERE a.account = ANY($1::text[])`,
      [accounts],
    );
    return Object.fromEntries(
      rows.map(({ account, lastSuccessAt, lastFailureAt }) => [account, { lastSuccessAt, lastFailureAt }]),
    );
  }

  #conditions(
    { contract, rid, from, to, result, reason, address }: AttemptsSought,
    after: AttemptPlace | undefined,
    value: (given: unknown) => string,
  ): readonly string[] {
    const conditions = [`contract = ${value(contract)}`, `at >= ${value(from)}`];
    const when = (condition: () => string, wanted: unknown): void => {
      if (wanted !== undefined) conditions.push(condition());
    };
    when(() => `at < ${value(to)}`, to);
    when(() => `rid = ${value(rid)}`, rid);
    when(() => `result = '${result}'`, result);
    when(() => `result = 'denied' AND reason = ${value(reason)}`, reason);
    if (address !== undefined) {
      const digests = this.index.digestsOf(contract, address.address);
      conditions.push(`network_digest = ${value(digests.network)}`);
      if (!address.wholeNetwork) conditions.push(`address_digest = ${value(digests.address)}`);
    }
    if (after !== undefined) {
      // The first of both leaves out the months behind the place, which the second alone would not.
      const at = value(after.at);
      conditions.push(`at <= ${at}`, `(at, id) < (${at}, ${value(after.id)}::uuid)`);
    }
    return conditions;
  }
}
