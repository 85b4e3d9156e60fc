import { DOCUMENT_TYPES } from '@smartkey/billing-domain';
import type { ContractId } from '@smartkey/kernel';
import { UnavailableError } from '@smartkey/lifecycle';
import type { ProjectionReader, Reactor } from '@smartkey/projections';
import type { RefusedFiles } from './refused-files.ts';

/** Wakes the rendering where documents were issued, and where something came that files have waited for. */
export const wakeRenderingReactor = (
  wake: () => void,
  refused: RefusedFiles,
  ledger: ProjectionReader,
): Reactor => ({
  name: 'wake-rendering',
  sources: ['billing', 'contract'],
  types: new Set([...DOCUMENT_TYPES, 'IssuerSet', 'BillingProfileChanged', 'ApplicantChanged']),
  async react(messages) {
    const awaited = new Set<ContractId>();
    for (const { type, contract, source, position } of messages) {
      if (type === 'IssuerSet') await refused.tryAgain();
      if (contract === undefined || (type !== 'BillingProfileChanged' && type !== 'ApplicantChanged'))
        continue;
      // The party to the contract is read from the ledger.
      if (type === 'ApplicantChanged' && !(await ledger.reached(source, position)))
        throw new UnavailableError('the ledger is behind the contract’s log');
      awaited.add(contract);
    }
    for (const contract of awaited) await refused.tryAgain(contract);
    if (awaited.size > 0 || messages.some(({ type }) => DOCUMENT_TYPES.has(type) || type === 'IssuerSet'))
      wake();
  },
});
