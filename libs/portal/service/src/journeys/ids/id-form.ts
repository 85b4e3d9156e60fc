import type { FormSpec } from '../../forms/form-flow.tsx';
import type { Named } from '../../visit/named.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { nameOfId } from './id-words.tsx';

/** The address of an ID. */
export type AtId = Named<'contract' | 'rid'>;

export const idPath = ({ contract, rid }: AtId): string => `${contractPath(contract)}/ids/${rid}`;

/** The same as the surface has it. */
export const onSurface = ({ contract: id, rid }: AtId) => ({ id, rid });

/** An ID, and what forms about it have in common: whose they are, and the page that they lie under and lead back to. */
export async function aboutId(visit: Signed, at: AtId) {
  const { t, api } = visit;
  const path = onSurface(at);
  const [contract, account] = await Promise.all([
    readContract(visit, at.contract),
    api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path } }),
  ]);
  const [href, name] = [idPath(at), nameOfId(account, t)];
  const page: FormSpec['page'] = { section: 'ids', ...ofContract(contract), trail: [{ href, label: name }] };
  const form = (ja: string, en: string): Pick<FormSpec, 'title' | 'page'> => ({ title: t(ja, en), page });
  return { account, name, href, path, page, form };
}

export type AboutId = Awaited<ReturnType<typeof aboutId>>;
