import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import type { ServiceName } from '@smartkey/event-bus';
import { ApiTags, CurrentActor, Operation, validationFailed } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { Readable } from 'node:stream';
import { documentFor } from '../invoices/document-for.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import { InvoiceProofs, type HeldSizes } from './invoice-proofs.ts';
import { SinceQuery } from './proof.forms.ts';

const SINCE = /^(contract|device-registry|authentication|billing):([1-9]\d{0,15})$/;

/** @throws ProblemException 422 */
function heldIn(since: string | undefined): HeldSizes {
  const held = new Map<ServiceName, number[]>();
  for (const text of since?.split(',') ?? []) {
    const [, service, size] = SINCE.exec(text) ?? [];
    if (service === undefined || !Number.isSafeInteger(Number(size)))
      throw validationFailed([
        { pointer: '/since', rule: 'since', detail: 'Must be a service and a size, such as contract:120.' },
      ]);
    const source = service as ServiceName;
    held.set(source, [...(held.get(source) ?? []), Number(size)]);
  }
  return held;
}

/** What convinces a stranger of a document. */
@ApiTags('Invoices')
@Controller('v1/invoices')
export class ProofController {
  constructor(
    private readonly log: InvoiceLog,
    private readonly proofs: InvoiceProofs,
  ) {}

  @Get(':number/proof')
  @Operation({
    summary: 'Proves a document to whoever trusts nobody here',
    description:
      'Lines of the format `smartkey-proof/1`, which `tools/verify-proof.mjs` checks by the reader’s own policy. It shows the events that the document follows from as the logs hold them: metadata name keys, commands and sealed reasons, and no people.',
    roles: ['operator', 'finance', 'auditor', 'contractor'],
    right: 'read',
    produces: ['application/x-ndjson'],
    errors: {
      404: 'No such document, or not this contract’s.',
      409: '`not-yet-covered`: no witness has seen a checkpoint that covers it yet.',
      422: '`since` is no service and size.',
    },
  })
  async prove(
    @Param('number') number: string,
    @Query() { since }: SinceQuery,
    @CurrentActor() actor: Actor,
  ): Promise<StreamableFile> {
    const logged = await documentFor(this.log, number, actor);
    const ready = await this.proofs.ready(logged, heldIn(since));
    return new StreamableFile(Readable.from(this.proofs.written(ready), { objectMode: false }), {
      type: 'application/x-ndjson',
      disposition: `attachment; filename="${number}.proof.ndjson"`,
    });
  }
}
