import type { ServiceParts } from '@smartkey/runtime';
import { InvoiceProofs, type ProofParts } from './invoice-proofs.ts';
import { ProofFiles } from './proof-files.ts';
import { ProofJobStore } from './proof-job.store.ts';
import { ProofJobs, type ProofJobParts } from './proof-jobs.ts';
import { ProofSources } from './proof-sources.ts';

/** All that writes proofs of documents: while somebody waits, or behind the answer. */
export function proofParts(
  parts: ServiceParts,
  of: Pick<ProofParts, 'ledger' | 'further'> & Pick<ProofJobParts, 'invoices'>,
): { readonly jobs: ProofJobs; readonly parts: readonly object[] } {
  const { store, clock, database, log, secretBox } = parts;
  const proofs = new InvoiceProofs({ ...of, store, sources: new ProofSources(parts) });
  const files = new ProofFiles(database, secretBox);
  const jobs = new ProofJobs({
    ...of,
    database,
    jobs: new ProofJobStore(database),
    files,
    proofs,
    clock,
    log,
  });
  return { jobs, parts: [proofs, jobs] };
}
