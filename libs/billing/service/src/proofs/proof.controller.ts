import { Controller, Param, Query, StreamableFile } from '@nestjs/common';
import type { ServiceName } from '@smartkey/event-bus';
import {
  answered,
  ApiTags,
  CurrentActor,
  IdParam,
  Route,
  ProblemException,
  type Written,
} from '@smartkey/http';
import type { Actor, ProofId } from '@smartkey/kernel';
import { Readable } from 'node:stream';
import { documentFor } from '../invoices/document-for.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { InvoiceProofs, type HeldSizes, type ReadyProof } from './invoice-proofs.ts';
import { ProofJobs } from './proof-jobs.ts';
import { proofJobView, type ProofJobView } from './proof-view.ts';
import { SinceQuery } from './proof.forms.ts';

const NDJSON = 'application/x-ndjson';

function heldIn(since: readonly string[]): HeldSizes {
  const held = new Map<ServiceName, number[]>();
  for (const text of since) {
    const [service, size] = text.split(':') as [ServiceName, string];
    held.set(service, [...(held.get(service) ?? []), Number(size)]);
  }
  return held;
}

/** What convinces a stranger of a document. */
@ApiTags('Invoices')
@Controller('v1')
export class ProofController {
  constructor(
    private readonly log: InvoiceLog,
    private readonly proofs: InvoiceProofs,
    private readonly jobs: ProofJobs,
    private readonly reads: BillingReads,
  ) {}

  @Route('GET invoices/:number/proof', {
    summary: 'Proves a document to whoever trusts nobody here',
    description:
      'Lines of the format `smartkey-proof/1`, which `tools/verify-proof.mjs` checks by the reader’s own policy. It shows the events that the document follows from as the logs hold them: metadata name keys, commands and sealed reasons, and no people. One of more than 10,000 events (`SMARTKEY_PROOF_EVENTS`) is written behind the answer.',
    roles: ['operator', 'finance', 'auditor', 'contractor'],
    right: 'read',
    produces: [NDJSON],
    also: {
      202: 'It is long, and being written: `GET /v1/proofs/{id}` says how far, `/v1/proofs/{id}/file` is it.',
    },
    errors: {
      404: 'No such document, or not this contract’s.',
      409: '`not-yet-covered`: no witness has seen a checkpoint that covers it yet. `too-many-proofs`: several of the contract are being written.',
      422: '`since` is no service and size.',
    },
  })
  async prove(
    @Param('number') number: string,
    @Query() { since = [] }: SinceQuery,
    @CurrentActor() actor: Actor,
  ): Promise<StreamableFile | Written<ProofJobView, 202>> {
    const logged = await documentFor(this.log, number, actor);
    const ready = await this.proofs.ready(logged, heldIn(since));
    if ((logged.invoice.inputs.count ?? 0) > this.reads.settings.proofEvents)
      return answered(
        proofJobView(await this.jobs.ask(logged, ready, [...new Set(since)].sort().join())),
        202,
      );
    return fileOf(number, textsOf(this.proofs, ready));
  }

  @Route('GET proofs/:id', {
    summary: 'Says how far a long proof is written',
    description:
      'It goes on where a process left it. Kept for seven days, and of all documents the last fifty.',
    roles: ['operator', 'finance', 'auditor', 'contractor'],
    right: 'read',
    errors: { 404: 'No such proof, not this contract’s, or not kept any more.' },
  })
  async show(@IdParam('id', 'prf') id: ProofId, @CurrentActor() actor: Actor): Promise<ProofJobView> {
    return proofJobView(await this.jobs.find(id, actor));
  }

  @Route('GET proofs/:id/file', {
    summary: 'Downloads a long proof',
    roles: ['operator', 'finance', 'auditor', 'contractor'],
    right: 'read',
    produces: [NDJSON],
    errors: {
      404: 'No such proof, not this contract’s, or not kept any more.',
      409: '`proof-not-finished`: it is running, or was given up.',
    },
  })
  async download(@IdParam('id', 'prf') id: ProofId, @CurrentActor() actor: Actor): Promise<StreamableFile> {
    const job = await this.jobs.find(id, actor);
    if (job.state !== 'finished')
      throw new ProblemException(409, 'proof-not-finished', `The proof is ${job.state}: it has no file.`);
    return fileOf(job.number, this.jobs.lines(job));
  }
}

const fileOf = (number: string, content: AsyncIterable<string | Uint8Array>): StreamableFile =>
  new StreamableFile(Readable.from(content, { objectMode: false }), {
    type: NDJSON,
    disposition: `attachment; filename="${number}.proof.ndjson"`,
  });

async function* textsOf(proofs: InvoiceProofs, ready: ReadyProof): AsyncGenerator<string> {
  for await (const { text } of proofs.written(ready)) yield text;
}
