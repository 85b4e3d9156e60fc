import {
  conflict,
  fail,
  notFound,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type Signatory,
} from '@smartkey/kernel';
import { mustBeAnotherPerson } from './second-person.ts';

const rule = 'Two persons';

/** Nothing was asked for under that id. */
export interface NoProposal {
  readonly stage: 'none';
}

/** By whom something was asked for, and when. */
interface Proposed {
  readonly asker: Signatory;
  readonly askedAt: Instant;
}

/** It waits for another person. */
export type OpenProposal<Subject> = Subject & Proposed & { readonly stage: 'proposed' };

/** Another person agreed: it is carried out. */
export type ApprovedProposal<Subject> = Subject &
  Proposed & { readonly stage: 'approved'; readonly decidedAt: Instant };

/** Another person refused it, or it was no longer legal. Nothing comes after it. */
export type RejectedProposal<Subject> = Subject &
  Proposed & { readonly stage: 'rejected'; readonly decidedAt: Instant; readonly reason: string };

export type MadeProposal<Subject> =
  OpenProposal<Subject> | ApprovedProposal<Subject> | RejectedProposal<Subject>;

/** What became of something that one person proposes and another decides. */
export type Proposal<Subject> = NoProposal | MadeProposal<Subject>;

export const noProposal: NoProposal = { stage: 'none' };

/** The folds of both contexts. Total: what does not fit leaves the proposal as it is. */
export const proposed = <Subject extends object>(
  state: Proposal<Subject>,
  subject: Subject,
  by: Proposed,
): Proposal<Subject> => (state.stage === 'none' ? { ...subject, ...by, stage: 'proposed' } : state);

export const approved = <Subject>(state: Proposal<Subject>, decidedAt: Instant): Proposal<Subject> =>
  state.stage === 'proposed'
    ? ({ ...state, stage: 'approved', decidedAt } as ApprovedProposal<Subject>)
    : state;

/** Also of an approved one: it could not be carried out any more. */
export const rejected = <Subject>(
  state: Proposal<Subject>,
  reason: string,
  decidedAt: Instant,
): Proposal<Subject> =>
  state.stage === 'none' || state.stage === 'rejected'
    ? state
    : ({ ...state, stage: 'rejected', decidedAt, reason } as RejectedProposal<Subject>);

interface Waiting {
  readonly stage: 'proposed';
  readonly asker: Signatory;
}

/** How far it has come otherwise. */
interface NotWaiting {
  readonly stage: 'none' | 'approved' | 'rejected';
}

export const proposalUnknown = () => notFound('approval-unknown', 'there is no such approval');

/** The same is proposed once. */
export const mustBeNew = ({ stage }: Waiting | NotWaiting): Refused =>
  stage === 'none' ? undefined : conflict('approval-exists', 'this was proposed already');

const waits = <P extends Waiting | NotWaiting>(proposal: P): proposal is Extract<P, Waiting> =>
  proposal.stage === 'proposed';

/** What still waits, where this signatory may decide it: nobody has yet, and it is another person than the one who asked. */
export function mustBeDecidableBy<P extends Waiting | NotWaiting>(
  decides: Signatory,
  proposal: P,
): Result<Extract<P, Waiting>, Rejection> {
  if (proposal.stage === 'none') return proposalUnknown();
  if (!waits(proposal)) return conflict('approval-decided', `it is ${proposal.stage} already`, { rule });
  return mustBeAnotherPerson(proposal.asker, decides) ?? ok(proposal);
}

/**
 * Whether a proposal may fall, because what it is for is found to be no longer legal. Found while it waited, it falls only while it
 * waits: once somebody has approved it, it is carried out, and there it is judged anew. One that is rejected stays so.
 */
export function mustStillBe(found: 'proposed' | 'approved', { stage }: Waiting | NotWaiting): Refused {
  return stage === found || stage === 'rejected'
    ? undefined
    : conflict('approval-decided', `it is ${stage} already`, { rule });
}

/** What another person has approved, to be carried out; it may have fallen since, or never have been approved. */
export function mustBeApproved<P extends AnyProposal>(
  proposal: P,
): Result<Extract<P, { readonly stage: 'approved' }>, Rejection> {
  if (proposal.stage === 'rejected') return fail(noLongerLegal(proposal.reason));
  return isApproved(proposal) ? ok(proposal) : conflict('not-approved', 'nobody has approved this');
}

type AnyProposal =
  | { readonly stage: 'none' | 'proposed' | 'approved' }
  | { readonly stage: 'rejected'; readonly reason: string };

const isApproved = <P extends AnyProposal>(
  proposal: P,
): proposal is Extract<P, { readonly stage: 'approved' }> => proposal.stage === 'approved';

/** Why an approval falls: what it is for is not legal any more. */
export const noLongerLegal = (detail: string): Rejection => ({
  kind: 'conflict',
  code: 'no-longer-legal',
  detail,
  rule,
});

/** What told the person behind the key apart when somebody signed; the key itself is the event's actor. */
export type Signature = Omit<Signatory, 'key'>;

export const signatureOf = ({ key: _key, ...signature }: Signatory): Signature => signature;
