import type { Schemas } from '../../api/portal-api.ts';
import type { Tone } from '../../components/badge.tsx';
import type { Told } from '../../visit/language.ts';
import type { OfficeRole, Right } from '../../visit/me.ts';

export type Person = Schemas['Person'];

export const rightText = (right: Right, t: Told): string =>
  ({
    administer: t('管理（契約・担当者・キー）', 'Administer: contract, people, keys'),
    ids: t('IDと端末', 'IDs and devices'),
    billing: t('請求', 'Billing'),
    read: t('閲覧', 'Read'),
  })[right];

export const officeText = (role: OfficeRole, t: Told): string =>
  ({ operator: t('運用', 'Operator'), finance: t('経理', 'Finance'), auditor: t('監査', 'Auditor') })[role];

export const STANDING: Readonly<Record<Person['status'], readonly [Tone, string, string]>> = {
  invited: ['busy', '招待中', 'Invited'],
  active: ['good', '有効', 'Active'],
  suspended: ['warn', '停止中', 'Suspended'],
  left: ['quiet', '離任', 'Left'],
};

export const METHODS: Readonly<Record<Schemas['Session']['method'], readonly [string, string]>> = {
  key: ['アクセスキー', 'Access key'],
  invitation: ['招待', 'Invitation'],
  passkey: ['パスキー', 'Passkey'],
  oidc: ['OpenID Connect', 'OpenID Connect'],
  recovery: ['復旧', 'Recovery'],
};
