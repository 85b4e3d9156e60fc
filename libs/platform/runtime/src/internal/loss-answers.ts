import {
  anchorToJson,
  type Anchor,
  type AnchorJson,
  type EventStore,
  type LogStanding,
  LossRefusedError,
  type LossProposal,
} from '@smartkey/event-store';
import { notFoundProblem, orThrow, unreadable } from '@smartkey/http';
import { conflict, forbidden, NO_POSITION, parsePosition, type Instant } from '@smartkey/kernel';

/** What a log has, and who knows of more. */
export interface StandingView {
  readonly state: 'sound' | 'log-went-back';
  readonly since: Instant | null;
  /** How often the log has begun anew after a loss was accepted; the first is 1. */
  readonly incarnation: number;
  /** The last event that the log has; null where it is empty. */
  readonly head: AnchorJson | null;
  readonly evidence: readonly {
    readonly reader: string;
    readonly detail: string;
    /** The event that the log lacks; null where the reader has none to show. */
    readonly known: AnchorJson | null;
    /** Where the log ended when that was said. */
    readonly head: AnchorJson | null;
    readonly at: Instant;
  }[];
  /** The loss that one person has proposed to accept, and no other confirmed; else null. */
  readonly proposal: LossProposalView | null;
}

/** A loss that one person has proposed to accept. */
export interface LossProposalView extends Omit<LossProposal, 'keptPosition'> {
  /** Position of the last event that would stay; null where it was proposed to a version before. */
  readonly keptPosition: string | null;
}

const proposalView = ({ keptPosition, ...proposal }: LossProposal): LossProposalView => ({
  ...proposal,
  keptPosition: keptPosition === undefined ? null : String(keptPosition),
});

const jsonOf = (anchor: Anchor | undefined): AnchorJson | null =>
  anchor === undefined ? null : anchorToJson(anchor);

export async function standingView(store: Pick<EventStore, 'standing' | 'last'>): Promise<StandingView> {
  const wentBack = await store.standing.wentBack();
  const proposal = await store.standing.proposal();
  return {
    state: wentBack === undefined ? 'sound' : 'log-went-back',
    since: wentBack?.since ?? null,
    incarnation: (await store.standing.incarnations()).at(-1)?.number ?? 1,
    head: jsonOf(await store.last()),
    evidence: (wentBack?.evidence ?? []).map(({ reader, detail, known, head, at }) => ({
      reader,
      detail,
      known: jsonOf(known),
      head: jsonOf(head),
      at,
    })),
    proposal: proposal === undefined ? null : proposalView(proposal),
  };
}

/** What the first of two persons says of a loss. */
export interface ProposedLoss {
  /** Id of the person or key. */
  readonly by: string;
  readonly reason: string;
  readonly keptPosition: string;
}

/**
 * The first of two persons.
 * @throws ProblemException 400 of no position; 409 `no-loss`, `log-ends-elsewhere`, `loss-proposed`.
 */
export async function proposeLoss(
  standing: Pick<LogStanding, 'propose'>,
  { by, reason, keptPosition }: ProposedLoss,
): Promise<LossProposalView> {
  const kept = parsePosition(keptPosition);
  if (kept === undefined) throw unreadable('malformed-body', NO_POSITION);
  const proposal = await standing.propose(by, reason, kept).catch(refuseLoss);
  if (proposal.proposedBy === by) return proposalView(proposal);
  return orThrow(
    conflict('loss-proposed', 'Another person has proposed to accept the loss already: confirm that.'),
  );
}

/** @throws ProblemException where the error says that the loss cannot be accepted so; else the error. */
export function refuseLoss(error: unknown): never {
  if (!(error instanceof LossRefusedError)) throw error;
  switch (error.why) {
    case 'no-loss':
      return orThrow(
        conflict('no-loss', 'The log is not known to lack anything: there is no loss to accept.'),
      );
    case 'not-proposed':
      throw notFoundProblem();
    case 'same-person':
      return orThrow(
        forbidden(
          'same-person',
          'The same person asked for this. Another person than the one who asked decides.',
        ),
      );
    case 'ends-elsewhere':
      return orThrow(
        conflict(
          'log-ends-elsewhere',
          'The log ends elsewhere than the loss was proposed for: look at it again, and propose anew.',
        ),
      );
  }
}
