import type { ApprovalId } from '@smartkey/kernel';
import type { ApprovalMessages } from '@smartkey/messages';
import type { Message } from '@smartkey/event-bus';
import type { Projection, ProjectionReader } from '@smartkey/projections';
import type { Sql } from '@smartkey/database';

export const APPROVAL_STATES = ['proposed', 'approved', 'rejected'] as const;
type ListedState = (typeof APPROVAL_STATES)[number];

const STATE_AFTER: Readonly<Record<string, ListedState>> = {
  ChangeProposed: 'proposed',
  ChangeApproved: 'approved',
  ChangeRejected: 'rejected',
};

async function insert(tx: Sql, messages: readonly Message[]): Promise<void> {
  await tx.execute(
    `insert into approval select id, 'proposed' from unnest($1::text[]) as told (id) on conflict do nothing`,
    [messages.map(approvalIn)],
  );
}

const approvalIn = ({ data }: Message): string => (data as ApprovalMessages['ChangeProposed']).approval;

/**
 * Which approvals there are, in which state. What was asked for, and by whom, is in their streams. Their ids are in the order of bytes,
 * by which they are shown among those of billing.
 */
export const approvalsProjection: Projection = {
  name: 'approvals',
  version: 2,
  sources: ['contract'],
  types: new Set(Object.keys(STATE_AFTER)),
  ddl: `
    create table approval (id text collate "C" primary key, state text not null);
    create index approval_by_state on approval (state, id)`,

  async apply(tx, told) {
    await insert(tx, told);
    // Of several in a batch the last one says what it has come to.
    const after = new Map(told.map((message) => [approvalIn(message), STATE_AFTER[message.type]!]));
    await tx.execute(
      `update approval set state = told.state
       from unnest($1::text[], $2::text[]) as told (id, state) where approval.id = told.id`,
      [[...after.keys()], [...after.values()]],
    );
  },
};

export class ApprovalDirectory {
  constructor(readonly reader: ProjectionReader) {}

  /** Ids in the order in which the approvals were asked for. */
  async find(
    state: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ApprovalId[]> {
    const rows = await this.reader.sql.query<{ id: ApprovalId }>(
      `select id from approval
       where ($1::text is null or state = $1) and ($2::text is null or id > $2) order by id limit $3`,
      [state ?? null, after ?? null, limit],
    );
    return rows.map(({ id }) => id);
  }
}
