import type { CredentialEvent } from './credentials/credentials.events.ts';
import type { DetailsEvent } from './details/details.events.ts';
import type { JoiningEvent } from './joining/joining.events.ts';
import type { LeavingEvent } from './leaving/leaving.events.ts';
import type { ContractOpened } from './openings/openings.events.ts';
import type { StandingEvent } from './standing/standing.events.ts';

export type PersonEvent =
  JoiningEvent | StandingEvent | DetailsEvent | LeavingEvent | CredentialEvent | ContractOpened;
