/** A contract. @prefix ctr */
export type ContractId = `ctr_${string}`;
/** A notice of cancellation (第6条). @prefix can */
export type CancellationId = `can_${string}`;
/** A change of plan (第4条). @prefix pch */
export type PlanChangeId = `pch_${string}`;
/** A quote (別紙1). @prefix quo */
export type QuoteId = `quo_${string}`;
/** A one-time fee. @prefix fee */
export type FeeId = `fee_${string}`;
/** A registered ID. @prefix rid */
export type AccountId = `rid_${string}`;
/** The time between a registration and its end. @prefix spl */
export type SpellId = `spl_${string}`;
/** A device. @prefix dev */
export type DeviceId = `dev_${string}`;
/** The enrolment of a device. @prefix enr */
export type EnrolmentId = `enr_${string}`;
/** A link by which a user enrols a device. @prefix lnk */
export type EnrolmentLinkId = `lnk_${string}`;
/** An authentication that succeeded. @prefix aut */
export type AuthenticationId = `aut_${string}`;
/** A key of the public surface. @prefix key */
export type KeyId = `key_${string}`;
/** An import of IDs. @prefix imp */
export type ImportId = `imp_${string}`;
/** A run of a close. @prefix run */
export type RunId = `run_${string}`;
/** A credit note, from its proposal on. @prefix crn */
export type CreditNoteId = `crn_${string}`;
/** An export of documents. @prefix exp */
export type ExportId = `exp_${string}`;
/** A proof of a document that is written behind its answer. @prefix prf */
export type ProofId = `prf_${string}`;
/** A proposal that takes two persons. @prefix apr */
export type ApprovalId = `apr_${string}`;
/** A person. @prefix per */
export type PersonId = `per_${string}`;
/** What a person's browser is signed in by. @prefix ses */
export type SessionId = `ses_${string}`;
/** A passkey of a person. @prefix psk */
export type PasskeyId = `psk_${string}`;
/** A mail. @prefix mail */
export type MailId = `mail_${string}`;
/** A command that nobody sent from outside. */
export type CommandId = `cmd_${string}`;

/** Ids of ours. The type tells the form, so that none is taken for another; what comes from outside becomes one by `isId` alone. */
export type Id =
  | ContractId
  | CancellationId
  | PlanChangeId
  | QuoteId
  | FeeId
  | AccountId
  | SpellId
  | DeviceId
  | EnrolmentId
  | EnrolmentLinkId
  | AuthenticationId
  | KeyId
  | ImportId
  | RunId
  | CreditNoteId
  | ExportId
  | ProofId
  | ApprovalId
  | PersonId
  | SessionId
  | PasskeyId
  | MailId
  | CommandId;

/** What kinds of things have ids of ours; a new one is made by `@smartkey/identity`. */
export type IdPrefix = Id extends `${infer Prefix}_${string}` ? Prefix : never;

/** The ids with that prefix. */
export type IdOf<Prefix extends IdPrefix> = Extract<Id, `${Prefix}_${string}`>;

/** Whether a text has the form of an id with that prefix (nothing is said of its existence). */
export const isId = <Prefix extends IdPrefix>(prefix: Prefix, text: string): text is IdOf<Prefix> =>
  text.length === prefix.length + 27 &&
  text.startsWith(`${prefix}_`) &&
  /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(-26));

/** The same of what our own logs and messages say, which wrote no other ids: by its prefix alone. */
export const isOwnId = <Prefix extends IdPrefix>(prefix: Prefix, text: string): text is IdOf<Prefix> =>
  text.startsWith(`${prefix}_`);

/**
 * The id that a stream of our own log is named by: `ctr_…` of `contract-ctr_…`.
 * @throws TypeError for a stream of something else.
 */
export function idOfStream<Prefix extends IdPrefix>(prefix: Prefix, stream: string): IdOf<Prefix> {
  const id = stream.slice(stream.indexOf('-') + 1);
  if (!isOwnId(prefix, id)) throw new TypeError(`${stream} is no stream of a ${prefix}_…`);
  return id;
}

/** An account that never is: what is asked about it takes as long as about one that may be. */
export const NOBODY: AccountId = `rid_${'0'.repeat(26)}`;
