import type { Schemas } from '../../api/portal-api.ts';
import { monthText } from '../../components/time.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import type { Signed } from '../../visit/visit.ts';
import { AccountLink, accountNames, type AccountNames } from '../ids/account-names.tsx';
import { actorNames, type ActorNames } from '../people/actor-names.ts';
import { partsOfStream } from './record-words.tsx';
import { InvoiceLink } from '../billing/invoice-link.tsx';

type Event = Schemas['AuditEvent'];

/** Contracts of which IDs are asked for by name on one page: each is a question of its own. */
const CONTRACTS_AT_ONCE = 10;

const NUMBER = /^[A-Z][A-Z0-9]{0,5}-\d{9}$/;
const MONTH = /^\d{4}-\d{2}$/;

/** The ID that a record is of. */
function accountOf({ stream }: Event): string | undefined {
  const { of } = partsOfStream(stream);
  return of.startsWith('rid_') ? of : undefined;
}

/** The document that a record is of. */
function documentOf({ stream, data }: Event): string | undefined {
  const { number } = (data ?? {}) as { readonly number?: unknown };
  return [partsOfStream(stream).of, number].find(
    (each): each is string => typeof each === 'string' && NUMBER.test(each),
  );
}

/** What those are called that a page of records is of. */
interface Subjects {
  readonly accounts: ReadonlyMap<string, AccountNames>;
  readonly people: ActorNames;
}

/** Asks for the names that the reader may see. */
export async function subjectsOf(visit: Signed, events: readonly Event[]): Promise<Subjects> {
  const accounts = new Map<string, string[]>();
  for (const event of events) {
    const account = accountOf(event);
    if (account !== undefined && event.contract !== undefined)
      accounts.set(event.contract, [...(accounts.get(event.contract) ?? []), account]);
  }
  const asked = [...accounts].slice(0, CONTRACTS_AT_ONCE);
  const [names, people] = await Promise.all([
    Promise.all(asked.map(([contract, ids]) => accountNames(visit, contract, ids))),
    actorNames(
      visit,
      events.map(({ stream }) => partsOfStream(stream).of).filter((of) => of.startsWith('per_')),
    ),
  ]);
  return { accounts: new Map(asked.map(([contract], n) => [contract, names[n]!])), people };
}

const UNASKED: AccountNames = { names: new Map(), open: true, behindReason: false };

/** What a record is of, as people know it: an ID, a document, a person, a month. */
export function Subject({
  event,
  told: { accounts, people },
}: {
  readonly event: Event;
  readonly told: Subjects;
}) {
  const { t, language } = useSurroundings();
  const { contract, stream } = event;
  const [account, document] = [accountOf(event), documentOf(event)];
  const { of } = partsOfStream(stream);
  if (account !== undefined && contract !== undefined) {
    const names = accounts.get(contract) ?? UNASKED;
    return names.names.has(account) ? (
      <AccountLink contract={contract} id={account} names={names} />
    ) : (
      <a href={`/portal/contracts/${contract}/ids/${account}`}>{t('IDを開く', 'Open the ID')}</a>
    );
  }
  if (document !== undefined) return <InvoiceLink number={document} />;
  if (of.startsWith('per_')) return <>{people.byId(of)}</>;
  if (MONTH.test(of)) return <>{monthText(of, language)}</>;
  return <>—</>;
}
