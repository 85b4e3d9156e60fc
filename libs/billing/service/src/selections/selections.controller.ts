import { Controller, Query, StreamableFile } from '@nestjs/common';
import type { Invoice } from '@smartkey/billing-domain';
import { jstDayOf } from '@smartkey/calendar';
import {
  ApiTags,
  awaitConsistency,
  ConsistencyToken,
  CurrentActor,
  Route,
  ProblemException,
  type ConsistencyMark,
} from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { DeliveryLog } from '../deliveries/delivery-log.ts';
import { boundTo } from '../invoices/document-for.ts';
import { countInvoices } from '../invoices/invoice-list.query.ts';
import { SelectionQuery } from '../invoices/invoice.forms.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { SelectionZip } from './selection-zip.ts';

/** Documents that somebody takes along, by the same filters as the list. */
@ApiTags('Invoices')
@Controller('v1/invoices.zip')
export class SelectionsController {
  constructor(
    private readonly reads: BillingReads,
    private readonly zip: SelectionZip,
    private readonly deliveries: DeliveryLog,
  ) {}

  @Route('GET', {
    summary: 'Downloads a selection of documents with an index',
    description:
      'The filters of the list. PDFs and JP PINT files as they were rendered, and `index.csv` with number, kind, day of issue and days of supply (取引年月日), tax-inclusive total (金額), recipient (取引先), file names and SHA-256. What is not rendered yet is rendered on the way. For a contractor it is the first download of each document that was not downloaded before.',
    roles: ['operator', 'finance', 'auditor', 'contractor'],
    right: 'read',
    produces: ['application/zip'],
    consistent: true,
    errors: {
      422: 'A filter is broken; `too-many-documents`: more than the setting `SMARTKEY_SELECTION_DOCUMENTS` allows.',
    },
  })
  async download(
    @Query() filter: SelectionQuery,
    @CurrentActor() actor: Actor,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<StreamableFile> {
    const { documents, settings, clock } = this.reads;
    this.reads.asked(filter.month);
    await awaitConsistency(documents, marks);
    await documents.current();
    const contract = boundTo(actor, filter.contract);
    // No contract is called so: of another's there is nothing, as in the list.
    const selected = { ...filter, contract };
    const most = settings.selectionDocuments;
    if ((await countInvoices(documents.sql, selected, most)) > most)
      throw new ProblemException(
        422,
        'too-many-documents',
        `A selection has at most ${most} documents; narrow it, by day of issue for one.`,
      );
    const day = jstDayOf(clock.now());
    const taken =
      actor.role === 'contractor'
        ? (read: readonly Invoice[]) => this.deliveries.downloadedMany(read)
        : undefined;
    return new StreamableFile(this.zip.read(selected, day, taken), {
      type: 'application/zip',
      disposition: `attachment; filename="documents-${day}.zip"`,
    });
  }
}
