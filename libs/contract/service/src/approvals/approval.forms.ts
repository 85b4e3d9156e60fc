import { IsOneOf, PageQuery } from '@smartkey/http';
import { APPROVAL_STATES } from './approvals.projection.ts';

export class ApprovalsQuery extends PageQuery {
  @IsOneOf(APPROVAL_STATES, { optional: true })
  state?: (typeof APPROVAL_STATES)[number];
}
