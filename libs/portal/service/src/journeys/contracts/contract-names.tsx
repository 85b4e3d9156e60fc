import type { Visit } from '../../visit/visit.ts';
import { contractPath } from './contract-words.tsx';

/** The names of contracts, by id; one that is not among them is told by its id. */
export type ContractNames = ReadonlyMap<string, string>;

/** So many the surface takes in one question. */
const AT_ONCE = 100;

/** The names of those contracts that rows of a page are about. */
export async function contractNames(
  { api }: Pick<Visit, 'api'>,
  rows: readonly { readonly contract?: string | undefined }[],
): Promise<ContractNames> {
  const asked = [...new Set(rows.flatMap(({ contract }) => contract ?? []))].slice(0, AT_ONCE);
  if (asked.length === 0) return new Map();
  const { items } = await api.GET('/v1/contracts', {
    params: { query: { ids: asked.join(','), limit: AT_ONCE } },
  });
  return new Map(items.map(({ id, applicant }) => [id, applicant.name]));
}

export const ContractLink = ({ id, names }: { readonly id: string; readonly names: ContractNames }) => (
  <a href={contractPath(id)}>{names.get(id) ?? id}</a>
);
