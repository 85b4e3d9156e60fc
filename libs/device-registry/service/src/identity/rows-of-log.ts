import type { AccountEvent } from '@smartkey/device-registry-domain';
import { type Database, TableRows } from '@smartkey/database';
import { ERASED, EventCodec } from '@smartkey/event-store';
import type { AccountId, RecordedEvent } from '@smartkey/kernel';
import { externalIdDigest, UnknownKeyError, type SubjectKeys } from '@smartkey/secrets';
import { storedEvents } from '../log/stored-events.ts';
import { DISPLAY_NAMES } from './display-names.ts';
import { OWNED_IDS } from './owned-ids.ts';

/** What making the rows again has come to. */
export interface RowsMade {
  readonly identities: number;
  readonly names: number;
  readonly ownedIds: number;
  /** Accounts whose key is lost, and who were not erased: nobody is found by their external ids. The first 200. */
  readonly unreadable: readonly AccountId[];
  readonly unreadableCount: number;
}

/** So many are named. */
const MOST_NAMED = 200;

const IDENTITIES = new TableRows(
  'identities',
  { contract: 'text', digest: 'text', account: 'text', sealed: 'text' },
  { onConflict: 'skip' },
);

type Registered = Extract<AccountEvent, { readonly type: 'IdRegistered' }>['data'];

/**
 * Makes the rows again that lie beside the registry's log and follow from it: who an external id is, names given with registrations, whose devices and
 * enrolments are. Rows that are there stay as they are, so it may be done at any time and as often as one likes. Of a registration whose key is lost the
 * external id is gone; its account stays its contract's, and no other is touched by that.
 */
export class RowsOfLog {
  readonly #codec: EventCodec<AccountEvent>;
  readonly #unreadable = new Set<AccountId>();
  #identities = 0;
  #names = 0;
  #ownedIds = 0;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly subjectKeys: SubjectKeys;
      readonly lookupKey: Uint8Array;
    },
  ) {
    this.#codec = new EventCodec(storedEvents, parts.subjectKeys);
  }

  /** The next events of the log, in their order. */
  async take(events: readonly RecordedEvent[]): Promise<void> {
    const of = (type: AccountEvent['type']) => events.filter((event) => event.type === type);
    await this.#register(of('IdRegistered'));
    await this.#own(of('EnrolmentStarted'));
    await this.#erase(of('PersonalDataErased'));
  }

  get result(): RowsMade {
    return {
      identities: this.#identities,
      names: this.#names,
      ownedIds: this.#ownedIds,
      unreadable: [...this.#unreadable].slice(0, MOST_NAMED),
      unreadableCount: this.#unreadable.size,
    };
  }

  async #register(events: readonly RecordedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { database, subjectKeys, lookupKey } = this.parts;
    const registered = await this.#opened(events);
    const readable = registered.filter(({ externalId }) => externalId !== ERASED);
    const seals = await subjectKeys.sealMany(
      readable.map(({ account, externalId, displayName }) => ({
        subject: account,
        texts: displayName === undefined ? [externalId] : [externalId, displayName],
      })),
    );
    const sealed = new Map(readable.map(({ event }, n) => [event, seals[n]!]));
    this.#identities += await IDENTITIES.insert(
      database,
      registered.map(({ event, account, contract, externalId }) => ({
        contract,
        digest:
          externalId === ERASED ? `erased/${account}` : externalIdDigest(lookupKey, contract, externalId),
        account,
        sealed: sealed.get(event)?.[0],
      })),
    );
    const named = registered.map(({ event, account }) => ({
      event,
      account,
      sealed: sealed.get(event)?.[1],
    }));
    this.#names += await DISPLAY_NAMES.insert(
      database,
      named.filter((name) => name.sealed !== undefined),
    );
  }

  /** By halves where a key is lost, down to its event: of that nothing personal is known. */
  async #opened(
    events: readonly RecordedEvent[],
  ): Promise<readonly (Registered & { readonly event: string })[]> {
    try {
      const opened = await this.#codec.decode(events);
      return opened.map(({ id, data }) => ({ event: id, ...(data as Registered) }));
    } catch (error) {
      if (!(error instanceof UnknownKeyError)) throw error;
      const [event] = events;
      if (events.length > 1) {
        const half = Math.ceil(events.length / 2);
        return [...(await this.#opened(events.slice(0, half))), ...(await this.#opened(events.slice(half)))];
      }
      const { displayName: _sealed, ...data } = event!.data as Registered;
      this.#unreadable.add(data.account);
      return [{ event: event!.id, ...data, externalId: ERASED }];
    }
  }

  async #own(events: readonly RecordedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const owned = events.flatMap(({ data }) => {
      const { enrolment, device, account, contract } = data as Readonly<Record<string, string>>;
      return [enrolment!, device!].map((id) => ({ id, account: account!, contract: contract! }));
    });
    this.#ownedIds += await OWNED_IDS.insert(this.parts.database, owned);
  }

  /** Whoever was erased is found by nothing, and has no key on purpose. */
  async #erase(events: readonly RecordedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const accounts = events.map(({ data }) => (data as { readonly account: AccountId }).account);
    for (const account of accounts) this.#unreadable.delete(account);
    const { database } = this.parts;
    await database.execute(
      `UPDATE identities SET digest = 'erased/' || account, sealed = NULL
       WHERE account = ANY ($1::text[]) AND digest <> 'erased/' || account`,
      [accounts],
    );
    await database.execute('DELETE FROM display_names WHERE account = ANY ($1::text[])', [accounts]);
  }
}
