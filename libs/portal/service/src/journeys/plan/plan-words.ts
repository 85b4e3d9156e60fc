import type { Schemas } from '../../api/portal-api.ts';
import type { States } from '../../components/badge.tsx';
import type { Told } from '../../visit/language.ts';

export type PlanChange = Schemas['PlanChange'];
export type Condition = Schemas['Condition'];
export type Quote = Schemas['Quote'];
export type Fee = Schemas['Fee'];

export const conditionName = (condition: number, t: Told): string =>
  [
    t('利用する端末の用意', 'A device is provided'),
    t('端末の設定', 'The device is configured'),
    t('ソフトウェアの入手と使用許諾への同意', 'The software is obtained, its licence accepted'),
    t('当社所定の設定', 'The prescribed settings are made'),
    t('その他当社が定める事項', 'Other items that the operator names'),
  ][condition - 1] ?? String(condition);

export const CHANGE: States<PlanChange['status']> = {
  requested: ['busy', '承諾待ち', 'To be accepted'],
  accepted: ['good', '承諾済み', 'Accepted'],
  effective: ['good', '適用済み', 'In effect'],
  replaced: ['quiet', '差し替え済み', 'Replaced'],
  withdrawn: ['quiet', '取り下げ', 'Withdrawn'],
  lapsed: ['quiet', '失効', 'Lapsed'],
};
