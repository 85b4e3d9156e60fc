import type { Decider } from '@smartkey/kernel';
import { evolveEntries, nothingTold } from '../settings/dated-entries.ts';
import { enterIssuer, setIssuer, type IssuerCommand } from './issuer.decide.ts';
import type { IssuerSet } from './issuer.events.ts';
import type { Issuers } from './issuer.state.ts';

/** What the issuer of documents says of itself, by service month. */
export const issuerDecider: Decider<Issuers, IssuerCommand, IssuerSet> = {
  initial: nothingTold,
  evolve: evolveEntries,
  decide: (command, state) =>
    command.type === 'EnterIssuer' ? enterIssuer(command, state) : setIssuer(command, state),
};
