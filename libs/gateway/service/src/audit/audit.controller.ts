import type { ContractId } from '@smartkey/kernel';
import { Controller, Query } from '@nestjs/common';
import { ApiTags, IsOneOf, IsText, Route, PageQuery, type Page } from '@smartkey/http';
import { AuditTrail, LOGS, type AuditEvent } from './audit-trail.ts';
import type { LogName } from './merge-logs.ts';
import { VerificationOfLogs, type VerifiedLogs } from './log-verification.ts';

class AuditQuery extends PageQuery {
  @IsOneOf(LOGS, {
    optional: true,
    description: 'Only the log of this service; `gateway` is that of people.',
  })
  source?: LogName;

  @IsText({ max: 100, optional: true })
  type?: string;

  @IsText({ max: 200, optional: true })
  stream?: string;

  @IsText({ max: 64, optional: true })
  contract?: ContractId;
}

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly verification: VerificationOfLogs,
  ) {}

  @Route('GET events', {
    summary: 'Lists the events of all logs in the order of recording',
    description: 'A filtered page may be short, or empty, and still have a next one.',
    roles: ['operator', 'auditor'],
    errors: { 422: 'A parameter is broken.' },
  })
  events(@Query() { limit, cursor, ...filter }: AuditQuery): Promise<Page<AuditEvent>> {
    return this.trail.page(filter, limit, cursor);
  }

  @Route('POST verification', {
    summary: 'Follows the hash over every stream of every log, and names what was altered or is missing',
    roles: ['operator', 'auditor'],
    errors: { 409: 'One is under way.' },
  })
  verify(): Promise<VerifiedLogs> {
    return this.verification.run();
  }
}
