import type { Schemas } from '../../api/portal-api.ts';
import { stateText, type States } from '../../components/badge.tsx';
import type { Told } from '../../visit/language.ts';

export type Account = Schemas['Account'];
export type Device = Schemas['Device'];
export type Import = Schemas['Import'];

export const ACCOUNT: States<Account['status']> = {
  registered: ['good', '登録中', 'Registered'],
  suspended: ['warn', '停止中', 'Suspended'],
  deregistered: ['quiet', '解除済み', 'Deregistered'],
};

export const accountText = (status: Account['status'], t: Told): string => stateText(ACCOUNT[status], t);

/** What an ID is called; of one whose personal data were erased nothing is left to call it by. */
export const nameOfId = (account: Pick<Account, 'externalId' | 'erasedAt'>, t: Told): string =>
  account.erasedAt === undefined ? account.externalId : t('消去済', 'Erased');

export const DEVICE: States<Device['status']> = {
  active: ['good', '利用中', 'Active'],
  suspended: ['warn', '停止中', 'Suspended'],
  revoked: ['quiet', '失効', 'Revoked'],
};

export const IMPORT: States<Import['status']> = {
  queued: ['busy', '待機中', 'Waiting'],
  running: ['busy', '処理中', 'Running'],
  completed: ['good', '完了', 'Completed'],
};

/** Issued months that a fact lies in, where there are any. */
export const affectsText = (
  affects: readonly Schemas['AffectedMonth'][] | undefined,
  t: Told,
): string | undefined =>
  affects === undefined || affects.length === 0
    ? undefined
    : t(
        `発行済みの請求書（${affects.map(({ number }) => number).join('、')}）に関わります。差額は次回の請求で調整するか、訂正します。`,
        `It touches issued invoices (${affects.map(({ number }) => number).join(', ')}). A difference is adjusted or corrected.`,
      );

export const deviceText = ({ name }: Pick<Device, 'name'>, t: Told): string =>
  name ?? t('名前のない端末', 'Unnamed device');
