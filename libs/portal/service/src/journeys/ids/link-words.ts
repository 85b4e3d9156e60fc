import type { Schemas } from '../../api/portal-api.ts';
import { called, type Told } from '../../visit/language.ts';

type Link = Schemas['EnrolmentLink'];

export const linkStatusText = called<Link['status']>({
  issued: ['発行済み（未開封）', 'Issued, not opened'],
  opened: ['開封済み', 'Opened'],
  confirmed: ['登録済み', 'Confirmed'],
  expired: ['期限切れ', 'Expired'],
  revoked: ['取り消し', 'Revoked'],
  exhausted: ['回数超過', 'Exhausted'],
});

export const channelText = ({ channel, email }: Link, t: Told): string =>
  channel === 'mail'
    ? t(`メール（${email ?? '—'}）`, `Mail (${email ?? '—'})`)
    : t('画面に表示（発行した人も開けました）', 'Shown: whoever issued it could open it');
