import { encodeCursor, decodeCursor, type Page } from '@smartkey/http';
import { searchable, type Actor } from '@smartkey/kernel';
import type { ContractDirectory } from '../directory/contract-directory.ts';
import type { ContractView } from './contract-view.ts';
import type { ContractsQuery } from './contract.forms.ts';
import type { Contracts } from './contracts.ts';
import type { Awaited } from './words.ts';

/** Contracts of a page: found by the read model, shown by their streams. */
export class ContractList {
  constructor(
    private readonly contracts: Contracts,
    private readonly directory: ContractDirectory,
  ) {}

  async page(query: ContractsQuery, actor: Actor): Promise<Page<ContractView>> {
    const { limit, cursor, status, plan, q: name, iijIdContractHeld, awaits, asOf, knownAt } = query;
    const [after] = cursor === undefined ? [undefined] : decodeCursor(cursor, 'ctr');
    const past = asOf !== undefined || knownAt !== undefined;
    const ids = idsOf(query, actor);
    // What was then is not in the read model: every contract is looked at, and pages may be short.
    const filter = past ? { ids } : { ids, status, plan, name, iijIdContractHeld, awaits };
    const found = await this.directory.find(filter, this.contracts.now(), after, limit + 1);
    const shown = found.slice(0, limit);
    const at = { ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }) };
    const views = await Promise.all(shown.map((id) => this.contracts.view(id, actor, at)));
    const items = views.filter((view) => view !== undefined).filter((view) => !past || matches(view, query));
    return { items, nextCursor: found.length > limit ? encodeCursor(shown.at(-1)!) : null };
  }
}

/** Which ids may be on the page: those that are asked for, and of them a contractor its own alone. */
function idsOf({ ids: asked }: ContractsQuery, { role, contract }: Actor): readonly string[] | undefined {
  const named = asked?.split(',');
  if (role !== 'contractor') return named;
  return named === undefined || named.includes(contract!) ? [contract!] : [];
}

const AWAITS: Readonly<Record<Awaited, (view: ContractView) => boolean>> = {
  'plan-change': ({ pendingPlanChange }) => pendingPlanChange?.status === 'requested',
  terms: ({ status, billingStartDate, quotes }) =>
    (status === 'accepted' || status === 'in-service') && (billingStartDate === null || quotes.length === 0),
};

const matches = (
  view: ContractView,
  { status, plan, q, iijIdContractHeld, awaits }: ContractsQuery,
): boolean =>
  (awaits === undefined || AWAITS[awaits](view)) &&
  (status === undefined || view.status === status) &&
  (plan === undefined || view.plan === plan) &&
  (q === undefined || searchable(view.applicant.name).includes(searchable(q))) &&
  (iijIdContractHeld === undefined || view.iijIdContractHeld === iijIdContractHeld);
