import type { Told } from '../../visit/language.ts';

const NAMES: Readonly<Record<string, string>> = {
  // Contracts.
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
  DenialReasonsSet: '拒否の理由の設定',
  PlanChangeRequested: 'プラン変更の申し込み',
  PlanChangeAccepted: 'プラン変更の承諾',
  PlanChangeReplaced: 'プラン変更の差し替え',
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
  ChangeProposed: '承認の依頼',
  ChangeApproved: '承認',
  ChangeRejected: '却下',
  ContractOpened: 'IDと認証履歴の閲覧',
  // IDs and devices.
  IdRegistered: 'IDの登録',
  IdDeregistered: 'IDの解除',
  RegistrationVoided: '登録の取り消し',
  RegistrationCorrected: '登録の訂正',
  IdSuspended: 'IDの停止',
  IdResumed: 'IDの再開',
  EnrolmentStarted: '端末登録の開始',
  EnrolmentCodeRefused: '端末登録のコードの誤り',
  EnrolmentEnded: '端末登録の終了',
  DeviceEnrolled: '端末の登録',
  DeviceRevoked: '端末の失効',
  DeviceSuspended: '端末の停止',
  DeviceResumed: '端末の再開',
  EnrolmentLinkIssued: '端末登録のリンクの発行',
  EnrolmentLinkOpened: '端末登録のリンクの開封',
  EnrolmentLinkProven: '端末登録のリンクの本人確認',
  EnrolmentLinkCodeRefused: '端末登録のリンクのコードの誤り',
  EnrolmentLinkEnded: '端末登録のリンクの終了',
  RecoveryCodesMade: '利用者の回復コードの発行',
  RecoveryCodeTaken: '利用者の回復コードの使用',
  DeviceReported: '心当たりのない端末の届け出',
  EnrolmentReleased: '端末登録の停止の解除',
  PersonalDataErased: '個人データの消去',
  LegalHoldSet: '個人データの法的保存の開始',
  LegalHoldLifted: '個人データの法的保存の解除',
  CredentialIssued: '認証情報の発行',
  CredentialConfirmed: '認証情報の確認',
  CredentialErased: '認証情報の消去',
  AuthSucceeded: '認証の成功',
  DenialsCounted: '認証の拒否の集計',
  AccountLocked: 'IDのロック',
  AccountUnlocked: 'ロックの解除',
  // Billing.
  CloseRequested: '月次締めの開始',
  CloseFinished: '月次締めの終了',
  MonthClosed: '月次締め',
  InvoiceIssued: '請求書の発行',
  CorrectionIssued: '訂正の発行',
  CreditNoteProposed: '返還の申請',
  CreditNoteApproved: '返還の承認',
  CreditNoteRejected: '返還の却下',
  CreditNoteIssued: '返還の発行',
  BillingProfileChanged: '請求先の変更',
  DocumentCompleted: '書類のファイルへの補足',
  DocumentRendered: '書類のファイルの作成',
  StatementMade: '利用明細の作成',
  DeliveryRequested: '送付の依頼',
  InvoiceDelivered: '書類の送付',
  DeliveryRefused: '送付の不達',
  ExportRequested: '会計用ファイルの依頼',
  InvoiceExported: '会計用ファイルの作成',
  ExportRefused: '会計用ファイルの作成不可',
  ExportAcknowledged: '会計システムでの受領',
  ExportSettingsSet: '会計用ファイルの設定',
  PolicySet: '計算と支払の条件の設定',
  IssuerSet: '発行者の設定',
  LogKeyRotated: '記録の署名鍵の交換',
  CheckpointAdopted: '記録の外部控えの復元',
  LogRestored: '喪失の承認による記録名の変更',
  // People.
  PersonInvited: '担当者の招待',
  PersonEstablished: '最初の担当者の登録',
  InvitationIssued: '招待のリンクの発行',
  InvitationAccepted: '招待の受諾',
  AddressConfirmed: 'メールアドレスの確認',
  DetailsChanged: '担当者の情報の変更',
  RolesChanged: '役割の変更',
  RightsChanged: '権限の変更',
  PersonSuspended: '担当者の停止',
  PersonResumed: '担当者の再開',
  PersonLeft: '担当者の離任',
  PasskeyAdded: 'パスキーの追加',
  PasskeyRemoved: 'パスキーの削除',
  ProviderBound: '外部アカウントの追加',
  ProviderUnbound: '外部アカウントの削除',
  RecoveryCodeIssued: '回復コードの発行',
  RecoveryBegun: 'ログイン方法の再設定の開始',
  Recovered: 'ログイン方法の再設定',
};

/** What a service publishes of its log under another name than its log has. */
const PUBLISHED_AS: Readonly<Record<string, string>> = { LogRenamed: 'LogRestored' };

const nameOf = (type: string): string | undefined => NAMES[PUBLISHED_AS[type] ?? type];

/** What an event is called; in English by its own name. */
export function eventName(type: string, t: Told): string {
  const name = nameOf(type);
  return name === undefined ? type : t(`${name}（${type}）`, type);
}

/** The same for places where its own name stands beside. */
export function shortEventName(type: string, t: Told): string {
  const name = nameOf(type);
  return name === undefined ? type : t(name, type);
}

/** All events that have a name of their own. */
export const namedEvents = (): readonly string[] => Object.keys(NAMES);
