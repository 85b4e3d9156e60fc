import { Refusal } from '../../api/refusal.ts';
import { mayOpen } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { nameOfId } from './id-words.tsx';

/** So many the surface takes in one question. */
const AT_ONCE = 100;

/** What IDs of one contract are called, as far as the reader may see it. */
export interface AccountNames {
  /** By id; of those that the reader may not see there is none. */
  readonly names: ReadonlyMap<string, string>;
  /** Their pages are the reader's to open. */
  readonly open: boolean;
  /** They would be shown for a reason: whoever of the operator's side opens users says why, once in each sign-in. */
  readonly behindReason: boolean;
}

const NOBODY: AccountNames = { names: new Map(), open: false, behindReason: false };

/** Names of those IDs that rows of a page are about. */
export async function accountNames(
  { api, me, t }: Signed,
  contract: string,
  ids: readonly (string | undefined)[],
): Promise<AccountNames> {
  const asked = [...new Set(ids.filter((id) => id !== undefined))].slice(0, AT_ONCE);
  if (asked.length === 0 || !mayOpen(me, contract, 'read', 'operator', 'auditor')) return NOBODY;
  const query = { ids: asked.join(','), limit: AT_ONCE };
  try {
    const { items } = await api.GET('/v1/contracts/{id}/ids', { params: { path: { id: contract }, query } });
    const names = new Map(items.map((account) => [account.id, nameOfId(account, t)]));
    return { names, open: true, behindReason: false };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'opening-reason-needed') throw error;
    return { ...NOBODY, open: true, behindReason: true };
  }
}

/** An ID as people know it, its number below where that is something else. */
export function AccountLink({
  contract,
  id,
  names: { names, open },
}: {
  readonly contract: string;
  readonly id: string;
  readonly names: AccountNames;
}) {
  const name = names.get(id);
  const shown = name ?? <code>{id}</code>;
  return (
    <>
      {open ? <a href={`${contractPath(contract)}/ids/${id}`}>{shown}</a> : shown}
      {name !== undefined && (
        <>
          {' '}
          <span class="beneath">
            <code>{id}</code>
          </span>
        </>
      )}
    </>
  );
}
