import type { ApprovalState, ProposedChange } from '@smartkey/contract-domain';
import type { NoProposal } from '@smartkey/terms';
import type { AffectedMonth } from '@smartkey/facts';
import {
  actorId,
  defined,
  type Instant,
  type ApprovalId,
  type ContractId,
  type QuoteId,
} from '@smartkey/kernel';
import type { LoadedApproval } from './approval-handler.ts';

/** What takes two persons, as it is shown to those who may decide it. */
export interface ApprovalView {
  readonly id: ApprovalId;
  readonly kind: ProposedChange['kind'] | 'credit-note';
  readonly contract: ContractId;
  /** Of a credit note: the invoice whose month it credits. */
  readonly number?: string;
  /** Id of the key that asked. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** What was asked for: the fields of the request, and of a quote or a credit note the id that it gets. */
  readonly command: unknown;
  /**
   * The issued and overtaken months that the facts lie in, whether or not a yen changes. As known when it was asked for.
   */
  readonly affects: readonly AffectedMonth[];
  readonly state: 'proposed' | 'approved' | 'rejected';
  /** Id of the key that decided. */
  readonly decidedBy?: string;
  readonly decidedAt?: Instant;
  /** Why it was rejected. */
  readonly reason?: string;
}

type Asked = Exclude<ApprovalState, NoProposal>;

/** `undefined`: nothing was asked for under that id. */
export function approvalView({ state, events }: LoadedApproval): ApprovalView | undefined {
  if (state.stage === 'none') return undefined;
  const { id, contract, change, affects, askedAt } = state;
  return {
    id,
    kind: change.kind,
    contract,
    requestedBy: actorId(events[0]!.metadata.actor),
    requestedAt: askedAt,
    command: change.command,
    affects,
    state: state.stage,
    ...decisionIn(state, events),
  };
}

function decisionIn(state: Asked, events: LoadedApproval['events']) {
  if (state.stage === 'proposed') return {};
  return defined({
    decidedBy: actorId(events.at(-1)!.metadata.actor),
    decidedAt: state.decidedAt,
    reason: state.stage === 'rejected' ? state.reason : undefined,
  });
}

/** The answer to a command that is proposed instead of carried out. */
export interface ProposalView {
  readonly approval: ApprovalId;
  /**
   * Of a quote: the id that it gets once it is approved.
   */
  readonly quote?: QuoteId;
  /** The issued and overtaken months that the facts lie in, whether or not a yen changes. */
  readonly affects: readonly AffectedMonth[];
}

/** How a route that may take two persons describes its 202. */
export const PROPOSED = {
  202: 'Two persons: it lowers an issued month, or the installation wants two persons for it; it waits for the approval of another person.',
} as const;
