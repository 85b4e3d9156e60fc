import { notFoundProblem, orNotFound, pageOf, type Page } from '@smartkey/http';
import type { AccountId, Actor, ContractId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { cursorOf, placeOf } from './attempt-cursor.ts';
import type { AttemptLog } from './attempt-log.ts';
import { AttemptReader, type AttemptRow, type AttemptsSought } from './attempt-reader.ts';
import { attemptView, soughtBy, type AttemptsViewer, type AttemptView } from './attempt-view.ts';
import type { AttemptsQuery } from './attempts.query.ts';
import { parseAddressSought } from './client-address.ts';

/** Rows of a file that are read, and named, at once. */
const FILE_PAGE = 1_000;

interface Asked {
  readonly viewer: AttemptsViewer;
  /** Missing: nothing can be there. */
  readonly sought: AttemptsSought | undefined;
}

/** The attempts of a contract or of one of its IDs, as they are shown. */
export class ShownAttempts {
  constructor(
    private readonly log: AttemptLog,
    private readonly reader: AttemptReader,
    private readonly knowledge: Knowledge,
  ) {}

  /**
   * What was answered before is in it, of this instance at once, of others within a second.
   * @throws ProblemException 404; PeerUnavailableError where an owner is asked and does not answer.
   */
  async page(
    contract: ContractId,
    rid: AccountId | undefined,
    query: AttemptsQuery,
    actor: Actor,
  ): Promise<Page<AttemptView>> {
    const { viewer, sought } = await this.#asked(contract, rid, query, actor);
    const { limit, cursor } = query;
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const rows = sought === undefined ? [] : await this.reader.rows(sought, after, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, cursorOf);
    return { items: await this.#shown(contract, items, viewer), nextCursor };
  }

  /** All of them, some at a time. @throws as `page`. */
  async *pages(
    contract: ContractId,
    rid: AccountId | undefined,
    query: AttemptsQuery,
    actor: Actor,
  ): AsyncGenerator<readonly AttemptView[]> {
    const { viewer, sought } = await this.#asked(contract, rid, query, actor);
    if (sought === undefined) return;
    const read = (last: AttemptRow | undefined, limit: number): Promise<readonly AttemptRow[]> =>
      this.reader.rows(sought, last, limit);
    const placeOf = (row: AttemptRow): AttemptRow | undefined => row;
    for await (const rows of pagesBehind({ size: FILE_PAGE, from: undefined, read, placeOf }))
      yield await this.#shown(contract, rows, viewer);
  }

  async #asked(
    contract: ContractId,
    rid: AccountId | undefined,
    { from, to, result, reason, address }: AttemptsQuery,
    { role }: Actor,
  ): Promise<Asked> {
    const facts = orNotFound(await this.knowledge.contracts.find(contract));
    if (rid !== undefined && !(await this.knowledge.accounts.belongsTo(contract, rid)))
      throw notFoundProblem();
    await this.log.uncounted.flush();
    const kept = this.log.months.keptFrom();
    const sought: AttemptsSought = {
      contract,
      rid,
      from: from === undefined || from < kept ? kept : from,
      to,
      result,
      reason,
      address: address === undefined ? undefined : parseAddressSought(address),
    };
    const viewer = { role, disclosed: facts.denialReasonsDisclosed };
    return { viewer, sought: soughtBy(viewer, sought) };
  }

  async #shown(
    contract: ContractId,
    rows: readonly AttemptRow[],
    viewer: AttemptsViewer,
  ): Promise<readonly AttemptView[]> {
    const rids = new Set(rows.flatMap(({ rid }) => (rid === null ? [] : [rid])));
    const sealed = rows.flatMap(({ at, address }) =>
      address === null ? [] : [{ contract, at, sealed: address }],
    );
    const refs = rows.flatMap(({ at, client_ref: ref }) =>
      ref === null ? [] : [{ contract, at, sealed: ref }],
    );
    const [externalIds, opened, openedRefs] = await Promise.all([
      this.knowledge.owners.externalIds([...rids]),
      this.log.seals.open(sealed),
      this.log.seals.openRefs(refs),
    ]);
    const addresses = opened[Symbol.iterator]();
    const references = openedRefs[Symbol.iterator]();
    return rows.map((row) => {
      const address = row.address === null ? undefined : (addresses.next().value as string | undefined);
      const clientRef = row.client_ref === null ? undefined : (references.next().value as string | undefined);
      return attemptView(row, externalIds, { address, clientRef }, viewer);
    });
  }
}
