import type { Credential, ErasureCause, SealedSecret } from '@smartkey/authentication-domain';
import type { Sql } from '@smartkey/database';
import type { Instant, AccountId, ContractId, DeviceId, EnrolmentId, TotpSettings } from '@smartkey/kernel';

interface Row extends TotpSettings {
  readonly device: DeviceId;
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly enrolment: EnrolmentId;
  readonly status: Credential['status'];
  /** Only where it has ended, as the table checks. */
  readonly ended_cause: ErasureCause | null;
  /** Null where it has ended, as the table checks: the secret is erased. */
  readonly sealed: string | null;
  readonly confirmed_step: bigint | null;
  readonly expires_at: Instant;
  readonly tries: number;
  readonly last_step: bigint;
}

const COLUMNS =
  'device, account, contract, enrolment, status, ended_cause, sealed, digits, period, algorithm, confirmed_step, expires_at, tries, last_step';

/** @throws TypeError for a row that the table's checks and the service's own writes do not make. */
function credentialOf(row: Row): Credential {
  const { contract, account, device, enrolment, status } = row;
  const ids = { contract, account, device, enrolment };
  switch (status) {
    case 'ended':
      return { ...ids, status, cause: there(row, 'ended_cause') };
    case 'pending':
      return {
        ...ids,
        ...secretOf(row),
        status,
        expiresAt: row.expires_at,
        tries: row.tries,
        lastStep: Number(row.last_step),
      };
    case 'confirmed':
    case 'active':
    case 'suspended':
      return { ...ids, ...secretOf(row), status, confirmedStep: Number(there(row, 'confirmed_step')) };
  }
}

function secretOf(row: Row): SealedSecret {
  const { digits, period, algorithm } = row;
  return { sealed: there(row, 'sealed'), digits, period, algorithm };
}

function there<Column extends keyof Row>(row: Row, column: Column): NonNullable<Row[Column]> {
  const value = row[column];
  if (value === null || value === undefined)
    throw new TypeError(`the credential of ${row.device}, ${row.status}, has no ${column}`);
  return value;
}

export async function credentialOfDevice(sql: Sql, device: DeviceId): Promise<Credential | undefined> {
  const [row] = await sql.query<Row>(`SELECT ${COLUMNS} FROM credentials WHERE device = $1`, [device]);
  return row && credentialOf(row);
}

/** By device or enrolment, whichever is there: both are given once only. */
export async function credentialOfEither(
  sql: Sql,
  device: DeviceId,
  enrolment: EnrolmentId,
): Promise<Credential | undefined> {
  const [row] = await sql.query<Row>(
    `SELECT ${COLUMNS} FROM credentials WHERE device = $1 OR enrolment = $2 ORDER BY enrolment = $2 DESC LIMIT 1`,
    [device, enrolment],
  );
  return row && credentialOf(row);
}
