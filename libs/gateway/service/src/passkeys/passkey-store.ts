import type { Database, Sql } from '@smartkey/database';
import { instantOf, type Instant, type PasskeyId, type PersonId } from '@smartkey/kernel';
import type { StoredCredential } from './webauthn.ts';

/** A passkey as it lies in its row. */
export interface PasskeyRow extends StoredCredential {
  readonly id: PasskeyId;
  readonly person: PersonId;
  readonly sealedName: string;
  readonly createdAt: Instant;
  readonly usedAt: Instant | null;
}

const COLUMNS = `id, person, credential_id AS "credentialId", public_key AS "publicKey", counter::float8 AS counter, transports,
  sealed_name AS "sealedName", created_at AS "createdAt", used_at AS "usedAt"`;

/** Passkeys, by the system's clock. Their names are sealed under the key of their person. */
export class PasskeyStore {
  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => Date.now(),
  ) {}

  list(person: PersonId): Promise<PasskeyRow[]> {
    return this.database.query<PasskeyRow>(`SELECT ${COLUMNS} FROM passkeys WHERE person = $1 ORDER BY id`, [
      person,
    ]);
  }

  /** By what the authenticator calls it. */
  async find(credentialId: string): Promise<PasskeyRow | undefined> {
    const [row] = await this.database.query<PasskeyRow>(
      `SELECT ${COLUMNS} FROM passkeys WHERE credential_id = $1`,
      [credentialId],
    );
    return row;
  }

  /** @throws UniqueViolationError where the credential is somebody's already. */
  async add(
    sql: Sql,
    id: PasskeyId,
    person: PersonId,
    { credentialId, publicKey, counter, transports }: StoredCredential,
    sealedName: string,
  ): Promise<void> {
    await sql.execute(
      `INSERT INTO passkeys (id, person, credential_id, public_key, counter, transports, sealed_name, created_at)
       VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8)`,
      [id, person, credentialId, publicKey, counter, transports, sealedName, instantOf(this.now())],
    );
  }

  async remove(sql: Sql, id: PasskeyId): Promise<void> {
    await sql.execute('DELETE FROM passkeys WHERE id = $1', [id]);
  }

  /** Takes a step of the authenticator's counter, where it counts. @returns false where another request was faster: a copy signs too. */
  async used(sql: Sql, id: PasskeyId, counter: number): Promise<boolean> {
    const taken = await sql.execute(
      'UPDATE passkeys SET counter = $2, used_at = $3 WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))',
      [id, counter, instantOf(this.now())],
    );
    return taken === 1;
  }
}
