import type { Schemas } from '../../api/portal-api.ts';
import type { States } from '../../components/badge.tsx';
import { called } from '../../visit/language.ts';
import type { OfficeRole, Right } from '../../visit/me.ts';

export type Person = Schemas['Person'];

export const rightText = called<Right>({
  administer: ['管理（契約・担当者・キー）', 'Administer: contract, people, keys'],
  ids: ['IDと端末', 'IDs and devices'],
  billing: ['請求', 'Billing'],
  read: ['閲覧', 'Read'],
});

export const officeText = called<OfficeRole>({
  operator: ['運用', 'Operator'],
  finance: ['経理', 'Finance'],
  auditor: ['監査', 'Auditor'],
});

export const STANDING: States<Person['status']> = {
  invited: ['busy', '招待中', 'Invited'],
  active: ['good', '有効', 'Active'],
  suspended: ['warn', '停止中', 'Suspended'],
  left: ['quiet', '離任', 'Left'],
};

export const methodText = called<Schemas['Session']['method']>({
  key: ['アクセスキー', 'Access key'],
  invitation: ['招待', 'Invitation'],
  passkey: ['パスキー', 'Passkey'],
  oidc: ['OpenID Connect', 'OpenID Connect'],
  recovery: ['復旧', 'Recovery'],
});
