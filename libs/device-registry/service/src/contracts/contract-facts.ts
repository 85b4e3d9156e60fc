import {
  foldContractFacts,
  noContractFacts,
  withoutPricesAndPersons,
  type ContractFacts,
} from '@smartkey/facts';
import type { FactsFolding } from '@smartkey/projections';

/** What the registry holds of contracts: accepted when, in which plan by month, ending when. */
export const contractFolding: FactsFolding<ContractFacts> = {
  source: 'contract',
  streamPrefix: 'contract-',
  initial: noContractFacts,
  fold: (facts, message) => withoutPricesAndPersons(foldContractFacts(facts, message)),
};
