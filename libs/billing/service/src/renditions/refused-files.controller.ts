import { Controller, Query } from '@nestjs/common';
import { ApiTags, decodeCursor, encodeCursor, Route, pageOf, PageQuery, type Page } from '@smartkey/http';
import { refusedFileView, type RefusedFileView } from './file-view.ts';
import { RefusedFiles } from './refused-files.ts';

/** What documents lack for their files. */
@ApiTags('Billing')
@Controller('v1/billing/refused-files')
export class RefusedFilesController {
  constructor(private readonly refused: RefusedFiles) {}

  @Route('GET', {
    summary: 'Lists the files that documents lack something for, by field, in the order of issue',
    description: 'What is completed is rendered by itself, and is not listed any more.',
    roles: ['operator', 'finance'],
  })
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<RefusedFileView>> {
    const [position, kind] = cursor === undefined ? [0n, ''] : decodeCursor(cursor, 'position', 'string');
    const rows = await this.refused.page({ position, kind }, limit + 1);
    return pageOf(rows, limit, (row) => encodeCursor(row.position, row.kind), refusedFileView);
  }
}
