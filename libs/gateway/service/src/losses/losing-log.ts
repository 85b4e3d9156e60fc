import type { KeptFinding } from '@smartkey/event-store';
import type { LostView, LossProposalView, ProposedLoss, StandingView } from '@smartkey/runtime';

/** A log whose loss may be given up: a service's, asked of it, or the gateway's own. */
export interface LosingLog {
  /** @throws ProblemException 503 */
  standing(): Promise<StandingView>;
  /** What losses have left for a person, as `FollowedLosses` reads it; undefined where a version before cannot tell. @throws ProblemException 503 */
  findings(): Promise<readonly KeptFinding[] | undefined>;
  /** The events that its topic holds and it lacks; undefined where a version before cannot tell. @throws ProblemException 503 */
  lost(page: { readonly after: bigint; readonly limit: number }): Promise<LostView | undefined>;
  /**
   * The first of two persons.
   * @throws ProblemException 409 `no-loss`, `log-ends-elsewhere`, `loss-proposed`; 503
   */
  propose(loss: ProposedLoss): Promise<LossProposalView>;
  /**
   * The second gives up what the log lacks, and it is written to again.
   * @throws ProblemException 404 of another proposal than stands; 409 `no-loss`, `log-ends-elsewhere`; 503
   */
  confirm(id: string, by: string): Promise<void>;
}
