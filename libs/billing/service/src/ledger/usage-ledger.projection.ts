import type { Projection } from '@smartkey/projections';
import { ContractFold } from './contract-fold.ts';
import { LateFold } from './late-fold.ts';
import { SpellFold } from './spell-fold.ts';
import { SuccessFold } from './success-fold.ts';
import { eachPlace } from './success-places.ts';
import { USAGE_LEDGER_DDL } from './usage-ledger.ddl.ts';

/**
 * What was used: days of registration per account, successes per account and day, and what is agreed with each contract.
 * A batch is folded in memory and written with a handful of statements, however large it is.
 */
export const usageLedger: Projection = {
  name: 'usage-ledger',
  version: 7,
  sources: ['contract', 'device-registry', 'authentication'],
  ddl: USAGE_LEDGER_DDL,
  compared: {
    // A close marks what it has answered.
    late_fact: (table) =>
      `select contract, source, position, from_month, to_month, stream, revision, day, ground, only_item from ${table}`,
    success_places: eachPlace,
  },

  async apply(tx, messages) {
    const late = new LateFold();
    const contracts = new ContractFold(late);
    const spells = new SpellFold();
    const successes = new SuccessFold();
    for (const message of messages) {
      late.add(message);
      if (message.source === 'contract') contracts.add(message);
      else if (message.type === 'AuthSucceeded') successes.add(message);
      else if (message.type === 'IdRegistered') spells.registered(message);
      else if (message.type === 'IdDeregistered') spells.deregistered(message);
      else if (message.type === 'RegistrationCorrected') await spells.corrected(tx, message);
      else if (message.type === 'RegistrationVoided') await spells.voided(tx, message);
    }
    await contracts.write(tx);
    await spells.write(tx);
    await successes.write(tx);
    await late.write(tx);
  },
};
