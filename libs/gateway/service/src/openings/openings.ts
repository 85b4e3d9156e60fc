import type { Database } from '@smartkey/database';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  orThrow,
  pageOf,
  ProblemException,
  type Caller,
  type CommandContext,
  type Page,
  type PageQuery,
} from '@smartkey/http';
import type { Actor, Clock, ContractId, Instant, PersonId, SessionId } from '@smartkey/kernel';
import type { ContractLookup } from '../keys/contract-lookup.ts';
import type { PeopleLog } from '../people/people-log.ts';
import { sessionOf } from '../sessions/session-of.ts';

/** That somebody of the operator's side opened a contract's IDs and sign-ins. */
export interface OpeningView {
  readonly at: Instant;
  /** @prefix per */
  readonly person: PersonId;
  /** As it is now. */
  readonly name: string;
  /** Why, in that person's own words; null where the person's data were erased. */
  readonly reason: string | null;
}

/** Whether a sign-in may open a contract's IDs and sign-ins already. */
export interface OwnOpening {
  /** The reason was said; without it they are refused with `opening-reason-needed`. */
  readonly said: boolean;
}

interface Row {
  readonly session: SessionId;
  readonly person: PersonId;
  readonly revision: number;
  readonly at: Instant;
}

/** What lies in a contract of its users: IDs, their devices and links, and sign-ins. */
const OF_USERS = /^\/v1\/contracts\/(ctr_\w+)\/(?:ids|imports|enrolments|devices|authentications)(?:[/.]|$)/;

const REASON_NEEDED = new ProblemException(
  403,
  'opening-reason-needed',
  'Say first why you open this contract’s IDs, once in each sign-in: POST /v1/contracts/{id}/openings.',
);

/**
 * People of the operator's side say, once in each sign-in, why they open what a contract's users are known by; the contract's
 * administrators see who and why. Keys are programs and are asked for nothing.
 */
export class Openings {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly people: PeopleLog;
      readonly contracts: Pick<ContractLookup, 'knows'>;
      readonly clock: Clock;
    },
  ) {}

  /** @throws ProblemException 404 for a contract that is not there. */
  async open(contract: ContractId, reason: string, command: CommandContext): Promise<OpeningView> {
    const { database, people, contracts, clock } = this.parts;
    const { actor } = command;
    const session = sessionOf(actor);
    if (!(await contracts.knows(contract))) throw notFoundProblem();
    const find = async (): Promise<Row | undefined> =>
      (
        await database.query<Row>(
          `SELECT session, person, revision, opened_at AS at FROM contract_openings WHERE session = $1 AND contract = $2`,
          [session, contract],
        )
      )[0];
    const before = await find();
    if (before === undefined)
      orThrow(
        await people.carryOut(
          actor.person!.id,
          command,
          () => ({ type: 'OpenContract', actor, contract, reason }),
          async (tx, { id, revision }) => {
            await tx.execute(
              `INSERT INTO contract_openings (session, contract, person, revision, opened_at)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session, contract) DO NOTHING`,
              [session, contract, id, revision, clock.now()],
            );
          },
        ),
      );
    return (await this.#shown([(await find())!]))[0]!;
  }

  /** The latest first. */
  async page(contract: ContractId, { limit, cursor }: PageQuery): Promise<Page<OpeningView>> {
    const [at, session] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'string', 'string');
    const rows = await this.parts.database.query<Row>(
      `SELECT session, person, revision, opened_at AS at FROM contract_openings
       WHERE contract = $1 AND ($2::timestamptz IS NULL OR (opened_at, session) < ($2, $3))
       ORDER BY opened_at DESC, session DESC LIMIT $4`,
      [contract, at, session, limit + 1],
    );
    const found = pageOf(rows, limit, (last) => encodeCursor(last.at, last.session));
    return { items: await this.#shown(found.items), nextCursor: found.nextCursor };
  }

  /** @throws ProblemException 403 where a person of the operator's side has yet to say why. */
  async mustBeOpen({ key, person, contract, role }: Caller, path: string): Promise<void> {
    const asked = OF_USERS.exec(path)?.[1];
    if (asked === undefined || person === undefined || contract !== undefined || role === 'newcomer') return;
    if (!(await this.#isOpen(key, asked))) throw REASON_NEEDED;
  }

  /** Whether the reason was said in this sign-in. @throws ProblemException 404 for a contract that is not there. */
  async own(contract: ContractId, actor: Actor): Promise<OwnOpening> {
    const said = await this.#isOpen(sessionOf(actor), contract);
    if (!said && !(await this.parts.contracts.knows(contract))) throw notFoundProblem();
    return { said };
  }

  async #isOpen(session: string, contract: string): Promise<boolean> {
    const [opened] = await this.parts.database.query(
      'SELECT 1 FROM contract_openings WHERE session = $1 AND contract = $2',
      [session, contract],
    );
    return opened !== undefined;
  }

  async #shown(rows: readonly Row[]): Promise<readonly OpeningView[]> {
    const { people } = this.parts;
    const ids = [...new Set(rows.map(({ person }) => person))];
    const known = new Map(
      await Promise.all(
        ids.map(
          async (id) => [id, { now: await people.load(id), history: await people.history(id) }] as const,
        ),
      ),
    );
    return rows.map(({ person, revision, at }) => {
      const { now, history } = known.get(person)!;
      const opened = history.find((event) => event.revision === revision);
      const { reason } = (opened?.data ?? {}) as { readonly reason?: string };
      return { at, person, name: now?.state.name ?? '', reason: reason ?? null };
    });
  }
}
