import type { Schemas } from '../../api/portal-api.ts';
import { Badge, StateBadge, stateText, type States } from '../../components/badge.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import type { Told } from '../../visit/language.ts';
import type { Visit } from '../../visit/visit.ts';

export type Contract = Schemas['Contract'];
export type Plan = Contract['plan'];

export const planName = (plan: Plan, t: Told): string =>
  plan === 'enterprise' ? t('エンタープライズ', 'Enterprise') : t('サービスプロバイダー', 'Service provider');

export const planOptions = (t: Told) => [
  {
    value: 'enterprise',
    label: planName('enterprise', t),
    hint: t('登録ID数で計算します。', 'Billed by registered IDs.'),
  },
  {
    value: 'service-provider',
    label: planName('service-provider', t),
    hint: t('認証の成功回数で計算します。', 'Billed by successful authentications.'),
  },
];

const STATUS: States<Contract['status']> = {
  applied: ['busy', '申し込み', 'Applied'],
  rejected: ['quiet', '不承諾', 'Rejected'],
  withdrawn: ['quiet', '取り下げ', 'Withdrawn'],
  accepted: ['busy', '承諾済み（課金開始前）', 'Accepted (before the billing start)'],
  'in-service': ['good', '利用中', 'In service'],
  terminated: ['quiet', '解除済み', 'Terminated'],
};

export const statusText = (status: Contract['status'], t: Told): string => stateText(STATUS[status], t);

export function StatusBadge({ contract }: { readonly contract: Contract }) {
  const { t } = useSurroundings();
  return (
    <>
      <StateBadge of={STATUS[contract.status]} />
      {contract.withheld && (
        <>
          {' '}
          <Badge tone="bad" text={t('提供保留中（第5条）', 'Withheld (第5条)')} />
        </>
      )}
      {contract.cancellation !== null && contract.status !== 'terminated' && (
        <>
          {' '}
          <Badge tone="warn" text={t('解約受付済み', 'Notice given')} />
        </>
      )}
    </>
  );
}

export const readContract = ({ api }: Visit, id: string): Promise<Contract> =>
  api.GET('/v1/contracts/{id}', { params: { path: { id } } });

/** What pages of a contract say of it. */
export const ofContract = ({ id, applicant }: Contract) => ({ contract: { id, name: applicant.name } });

export const contractPath = (id: string): string => `/portal/contracts/${id}`;
