import type { Told } from '../../visit/language.ts';

const NAMES: Readonly<Record<string, string>> = {
  ContractApplied: '申し込み',
  ApplicantChanged: '契約者情報の変更',
  ApplicationRejected: '申し込みの不承諾',
  ApplicationWithdrawn: '申し込みの取り下げ',
  ContractAccepted: '申し込みの承諾',
  BillingStartSet: '課金開始日の決定',
  PriceQuoted: '料金の提示',
  ConditionAttested: '利用条件の確認',
  ConditionWithdrawn: '利用条件の取り消し',
  ServiceWithheld: '提供の保留',
  ServiceRestored: '提供の再開',
  PlanChangeRequested: 'プラン変更の申し込み',
  PlanChangeAccepted: 'プラン変更の承諾',
  PlanChangeWithdrawn: 'プラン変更の取り下げ',
  PlanChangeLapsed: 'プラン変更の失効',
  PlanChanged: 'プランの変更',
  ServiceStarted: '課金の開始',
  CancellationNotified: '解約の申し込み',
  CancellationCorrected: '解約の申し込みの訂正',
  CancellationVoided: '解約の申し込みの取り消し',
  ContractTerminated: '契約の終了',
  FeeObligationArose: '費用の発生',
  FeeWaived: '費用の免除',
  IijIdContractLost: 'IIJ ID契約の喪失',
  IijIdContractRegained: 'IIJ ID契約の回復',
  IdRegistered: 'IDの登録',
  IdDeregistered: 'IDの解除',
  IdSuspended: 'IDの停止',
  IdResumed: 'IDの再開',
  DeviceEnrolled: '端末の登録',
  DeviceRevoked: '端末の失効',
  DeviceSuspended: '端末の停止',
  DeviceResumed: '端末の再開',
  AuthSucceeded: '認証の成功',
  AccountLocked: 'IDのロック',
  AccountUnlocked: 'ロックの解除',
  InvoiceIssued: '請求書の発行',
  CorrectionIssued: '訂正の発行',
  CreditNoteIssued: '返還の発行',
  MonthClosed: '月次締め',
  InvoiceExported: '会計連携ファイルの作成',
};

/** What an event is called; in English by its own name. */
export function eventName(type: string, t: Told): string {
  const name = NAMES[type];
  return name === undefined ? type : t(`${name}（${type}）`, type);
}
