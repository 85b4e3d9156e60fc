import { Controller, Header, Query } from '@nestjs/common';
import { EVERYBODY, ApiTags, IsOneOf, IsWholeNumberText, Route, PageQuery, type Page } from '@smartkey/http';
import { LOGS } from '../audit/audit-trail.ts';
import type { LogName } from '../audit/merge-logs.ts';
import {
  CheckpointsOfAllLogs,
  type LogKey,
  type SignedCheckpoint,
  type SizesProved,
} from './checkpoints-of-all-logs.ts';

const LOG = 'Whose log: of a service, or `gateway`, that of people.';

class LogQuery {
  @IsOneOf(LOGS, { description: LOG })
  log!: LogName;
}

class CheckpointsQuery extends PageQuery {
  @IsOneOf(LOGS, { description: LOG })
  log!: LogName;
}

class SizesQuery extends LogQuery {
  @IsWholeNumberText({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    description: 'The size of the earlier checkpoint.',
  })
  from!: number;

  @IsWholeNumberText({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'The size of the later one.' })
  to!: number;
}

/** A checkpoint says how much was written, not what: who trusts nobody here keeps it. */
@ApiTags('Audit')
@Controller('v1/audit')
export class CheckpointsController {
  constructor(private readonly checkpoints: CheckpointsOfAllLogs) {}

  @Route('GET checkpoints', {
    summary: 'Lists the signed checkpoints of a log, the newest first',
    description:
      'A checkpoint (C2SP tlog-checkpoint) says how many events a log had, and the root of the tree over them. Who keeps one can see later whether the log still begins with it.',
    roles: EVERYBODY,
    right: 'read',
    errors: { 422: 'A parameter is broken.' },
  })
  list(@Query() { log, limit, cursor }: CheckpointsQuery): Promise<Page<SignedCheckpoint>> {
    return this.checkpoints.list(log, limit, cursor);
  }

  @Header('content-type', 'text/plain; charset=utf-8')
  @Route('GET checkpoints/latest', {
    summary: 'The last signed checkpoint of a log, as it is',
    roles: EVERYBODY,
    right: 'read',
    produces: ['text/plain'],
    errors: { 404: 'None was signed yet.', 422: 'A parameter is broken.' },
  })
  latest(@Query() { log }: LogQuery): Promise<string> {
    return this.checkpoints.latest(log);
  }

  @Route('GET consistency', {
    summary: 'Proves that a later checkpoint’s log begins with an earlier one’s',
    description: 'RFC 6962, 2.1.2: what a verifier needs besides the two roots.',
    roles: EVERYBODY,
    right: 'read',
    errors: { 404: 'One of the sizes has no checkpoint.', 422: 'A parameter is broken.' },
  })
  consistency(@Query() { log, from, to }: SizesQuery): Promise<SizesProved> {
    return this.checkpoints.consistency(log, from, to);
  }

  @Route('GET keys', {
    summary: 'Lists the public keys that the checkpoints of the logs are signed with',
    description:
      'All that ever signed; behind one that another took the place of, when it retires. Keep them by another way than this: who answers here could show others.',
    roles: EVERYBODY,
    right: 'read',
  })
  async keys(): Promise<{ items: readonly LogKey[] }> {
    return { items: await this.checkpoints.keys() };
  }
}
