import { calledIfKnown } from '../../visit/language.ts';

/** What a mail is about; never what it says. */
export const mailText = calledIfKnown({
  invitation: ['担当者の招待', 'Invitation'],
  recovery: ['ログイン方法の再設定', 'Recovery'],
  recovered: ['ログイン方法が再設定されたお知らせ', 'Somebody was recovered'],
  'new-way-in': ['ログイン方法が追加されたお知らせ', 'A new way in'],
  address: ['メールアドレスの確認', 'Confirmation of an address'],
  'address-changed': ['メールアドレスが変更されたお知らせ', 'The address was changed'],
  'enrolment-link': ['スマートフォン登録のリンク', 'Link to register a phone'],
  'own-page': ['利用者のページへのリンク', 'Link to a user’s page'],
  'new-device': ['新しい端末のお知らせ', 'A new device'],
  'device-reported': ['端末停止のお知らせ', 'A device was suspended'],
  'device-reported-to-manager': ['心当たりのない端末の届け出', 'A user does not know a device'],
  cancellation: ['解約のお知らせ', 'Notice of cancellation'],
  lock: ['IDのロック', 'Lock of an ID'],
  'plan-change': ['プラン変更のお知らせ', 'Change of plan'],
  invoice: ['請求書', 'Invoice'],
  correction: ['訂正', 'Correction'],
  'credit-note': ['返還', 'Credit note'],
});
