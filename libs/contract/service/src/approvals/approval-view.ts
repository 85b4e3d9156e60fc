import type { ApprovalState, NoApproval, ProposedChange } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import { defined, type Instant } from '@smartkey/kernel';
import { affectsSchema, type AffectedMonth } from '../late-facts/affected-months.ts';
import type { LoadedApproval } from './approval-handler.ts';
import { APPROVAL_STATES } from './approvals.projection.ts';

const { anything, idOf, instant, object, oneOf, text } = schema;

/** What takes two persons, as it is shown to those who may decide it. */
export interface ApprovalView {
  readonly id: string;
  readonly kind: ProposedChange['kind'];
  readonly contract: string;
  /** The id of the key that asked. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** What was asked for, as it was asked for. */
  readonly command: ProposedChange['command'];
  readonly affects: readonly AffectedMonth[];
  readonly state: (typeof APPROVAL_STATES)[number];
  readonly decidedBy?: string;
  readonly decidedAt?: Instant;
  /** Why it was rejected. */
  readonly reason?: string;
}

type Asked = Exclude<ApprovalState, NoApproval>;

/** `undefined`: nothing was asked for under that id. */
export function approvalView({ state, events }: LoadedApproval): ApprovalView | undefined {
  if (state.stage === 'none') return undefined;
  const { id, contract, change, affects, askedAt } = state;
  return {
    id,
    kind: change.kind,
    contract,
    requestedBy: events[0]!.metadata.actor.key,
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
    decidedBy: events.at(-1)!.metadata.actor.key,
    decidedAt: state.decidedAt,
    reason: state.stage === 'rejected' ? state.reason : undefined,
  });
}

export const approvalSchema = object({
  id: idOf('apr'),
  kind: oneOf(['quote', 'billing-start', 'waiver']),
  contract: idOf('ctr'),
  requestedBy: text('Id of the key that asked.'),
  requestedAt: instant(),
  command: anything('What was asked for: the fields of the request, and of a quote the id that it gets.'),
  affects: { ...affectsSchema, description: `${affectsSchema.description} As known when it was asked for.` },
  state: oneOf(APPROVAL_STATES),
  'decidedBy?': text('Id of the key that decided.'),
  'decidedAt?': instant(),
  'reason?': text('Why it was rejected.'),
});

/** The answer to a command that is proposed instead of carried out. */
export const proposalSchema = object({
  approval: idOf('apr'),
  'quote?': { ...idOf('quo'), description: 'Of a quote: the id that it gets once it is approved.' },
  affects: affectsSchema,
});

/** How a route that may take two persons describes its 202. */
export const PROPOSED = {
  202: {
    description: 'Two persons: it lowers an issued month, and waits for the approval of another person.',
    answer: proposalSchema,
  },
} as const;
