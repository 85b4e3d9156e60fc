import {
  notFoundProblem,
  orThrow,
  pageOf,
  encodeCursor,
  decodeCursor,
  type CommandContext,
  type Page,
  type PageQuery,
} from '@smartkey/http';
import { conflict, invalid, type Actor, type Clock, type ContractId } from '@smartkey/kernel';
import type { ContractLookup } from './contract-lookup.ts';
import type { KeyRecord, KeyStore, NewKey } from './key-store.ts';

/** A key that was made just now. */
export interface CreatedKey extends KeyRecord {
  /** The key itself, in this answer only. */
  readonly key: string;
}

/** What may be done with keys; who may is said at the routes. */
export class KeyManagement {
  constructor(
    private readonly keys: KeyStore,
    private readonly contracts: ContractLookup,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ProblemException 404 for an unknown contract, 422 for an expiry that has passed, 409 for a lost secret and
   * where the key that makes it was revoked meanwhile.
   */
  async create(wanted: NewKey, command: CommandContext): Promise<CreatedKey> {
    const now = this.clock.now();
    if (wanted.expiresAt !== undefined && wanted.expiresAt <= now)
      orThrow(
        invalid('expires-in-the-past', 'A key must expire in the future.', {
          rule: 'future-instant',
          pointer: '/expiresAt',
        }),
      );
    if (wanted.contract !== undefined && !(await this.contracts.knows(wanted.contract)))
      throw notFoundProblem();
    const created = await this.keys.create(wanted, command, now);
    if (created === undefined)
      return orThrow(
        conflict('secret-answered-before', 'This key was made before; it is shown only once. Make another.'),
      );
    return created;
  }

  async list(query: PageQuery, contract?: ContractId): Promise<Page<KeyRecord>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 'string')[0];
    const rows = await this.keys.list({ contract, after, limit: query.limit + 1 });
    return pageOf(rows, query.limit, (last) => encodeCursor(last.id));
  }

  /** @throws ProblemException 404 for an unknown key and, to a contractor, for another contract's. */
  async revoke(id: string, actor: Actor): Promise<KeyRecord> {
    const found = await this.keys.find(id);
    if (found === undefined || (actor.role !== 'operator' && found.contract !== actor.contract))
      throw notFoundProblem();
    await this.keys.revoke(id, actor, this.clock.now());
    return (await this.keys.find(id))!;
  }
}
