import { searchPathText } from '@smartkey/database';
import type { ContractFacts } from '@smartkey/facts';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
import type { ProjectionReader } from '@smartkey/runtime';
import type { SubjectKeys } from '@smartkey/secrets';

/** What a command to an account rests on before its history is read. */
export interface AccountGrounds {
  /** What is held here of the contract. */
  readonly facts: ContractFacts | undefined;
  /** The account that was asked for, where the contract has it. */
  readonly account: AccountId | undefined;
}

/** An account of a contract, by the digest of its external id or by its own id. */
type Asked = { readonly contract: ContractId } & (
  { readonly digest: string } | { readonly account: AccountId }
);

interface Row {
  readonly place: number;
  readonly facts: ContractFacts | null;
  readonly account: AccountId | null;
  /** Of the account's key, where there is one; null where it was erased. */
  readonly subject: AccountId | null;
  readonly wrapped: string | null;
}

/**
 * Reads the facts of a contract, whose an account is, and the account's key by one statement: they lie in one database. Commands that wait together
 * are answered together.
 */
export class GroundsReader {
  readonly #asked = new Batcher<Asked, AccountGrounds>((asked) => this.#readAll(asked));
  readonly #statement: string;

  /**
   * @param directory the live generation that has `facts`.
   * @param schema of the service's own tables.
   */
  constructor(
    private readonly directory: ProjectionReader,
    schema: string,
    private readonly subjectKeys: SubjectKeys,
  ) {
    const own = searchPathText([schema]);
    // One by one: a plain join, planned while the tables were small, reads all of them ever after (PGlite never analyses).
    this.#statement = `
      SELECT asked.place, known.facts, found.account, key.subject, key.wrapped
      FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[]) AS asked (place, contract, digest, account)
      LEFT JOIN LATERAL (SELECT facts FROM facts WHERE id = asked.contract OFFSET 0) known ON true
      LEFT JOIN LATERAL (
        SELECT account FROM ${own}.identities i WHERE i.contract = asked.contract AND i.digest = asked.digest
        UNION ALL
        SELECT account FROM ${own}.identities i WHERE i.account = asked.account AND i.contract = asked.contract OFFSET 0
      ) found ON true
      LEFT JOIN LATERAL (
        SELECT subject, wrapped FROM ${own}.subject_keys k WHERE k.subject = found.account OFFSET 0
      ) key ON true`;
  }

  ofExternalId(contract: ContractId, digest: string): Promise<AccountGrounds> {
    return this.#asked.add({ contract, digest });
  }

  /** Another contract's account and one that is nowhere are the same answer by the same work. */
  ofAccount(contract: ContractId, account: AccountId): Promise<AccountGrounds> {
    return this.#asked.add({ contract, account });
  }

  async #readAll(asked: readonly Asked[]): Promise<readonly AccountGrounds[]> {
    const rows = await this.directory.sql.query<Row>(this.#statement, [
      asked.map((_, place) => place),
      asked.map(({ contract }) => contract),
      asked.map((each) => ('digest' in each ? each.digest : null)),
      asked.map((each) => ('account' in each ? each.account : null)),
    ]);
    await this.subjectKeys.heed(
      rows.flatMap(({ subject, wrapped }) => (subject === null ? [] : [{ subject, wrapped }])),
    );
    const grounds = new Array<AccountGrounds>(asked.length);
    for (const { place, facts, account } of rows)
      grounds[place] = { facts: facts ?? undefined, account: account ?? undefined };
    return grounds;
  }
}
