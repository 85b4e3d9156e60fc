import type { CredentialStatus, ErasureCause, HmacAlgorithm } from '@smartkey/authentication-domain';
import type { Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';

/** A credential as its row holds it. */
export interface CredentialRow {
  readonly device: string;
  readonly account: string;
  readonly contract: string;
  readonly enrolment: string;
  readonly status: CredentialStatus;
  /** Only where it has ended. */
  readonly ended_cause: ErasureCause | null;
  /** Null where it has ended: the secret is erased. */
  readonly sealed: string | null;
  readonly digits: 6 | 8;
  readonly period: 30 | 60;
  readonly algorithm: HmacAlgorithm;
  readonly confirmed_step: bigint | null;
  readonly expires_at: Instant;
  readonly tries: number;
}

const COLUMNS =
  'device, account, contract, enrolment, status, ended_cause, sealed, digits, period, algorithm, confirmed_step, expires_at, tries';

export async function credentialOfDevice(sql: Sql, device: string): Promise<CredentialRow | undefined> {
  const [row] = await sql.query<CredentialRow>(`SELECT ${COLUMNS} FROM credentials WHERE device = $1`, [
    device,
  ]);
  return row;
}

/** By device or enrolment, whichever is there: both are given once only. */
export async function credentialOfEither(
  sql: Sql,
  device: string,
  enrolment: string,
): Promise<CredentialRow | undefined> {
  const [row] = await sql.query<CredentialRow>(
    `SELECT ${COLUMNS} FROM credentials WHERE device = $1 OR enrolment = $2 ORDER BY enrolment = $2 DESC LIMIT 1`,
    [device, enrolment],
  );
  return row;
}
