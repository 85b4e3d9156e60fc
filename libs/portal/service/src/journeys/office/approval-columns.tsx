import type { Schemas } from '../../api/portal-api.ts';
import type { Column } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import type { Told } from '../../visit/language.ts';
import { ContractLink, type ContractNames } from '../contracts/contract-names.tsx';
import { approvalText } from './approval-words.ts';

/** What every list of approvals says of one. */
export const approvalColumns = (
  t: Told,
  names: ContractNames,
): Readonly<Record<'what' | 'contract' | 'asked', Column<Schemas['Approval']>>> => ({
  what: {
    head: t('内容', 'What'),
    names: true,
    cell: ({ id, kind }) => <a href={`/portal/approvals/${id}`}>{approvalText(kind, t)}</a>,
  },
  contract: {
    head: t('契約', 'Contract'),
    cell: ({ contract }) => <ContractLink id={contract} names={names} />,
  },
  asked: {
    head: t('依頼', 'Asked'),
    cell: ({ requestedAt }) => <At at={requestedAt} />,
  },
});
