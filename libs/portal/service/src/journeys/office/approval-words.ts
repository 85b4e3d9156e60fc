import type { Schemas } from '../../api/portal-api.ts';
import { called } from '../../visit/language.ts';

export const approvalText = called<Schemas['Approval']['kind']>({
  'credit-note': ['返還の書類', 'Credit note'],
  quote: ['発行済みの月の料金変更', 'Prices of an issued month'],
  'billing-start': ['課金開始日の変更', 'Billing start'],
  'plan-change': ['プラン変更の承諾', 'Acceptance of a change of plan'],
  waiver: ['一時費用の免除', 'Waiver of a fee'],
});
