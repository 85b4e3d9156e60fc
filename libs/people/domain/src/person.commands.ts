import type { CredentialCommand } from './credentials/credentials.decide.ts';
import type { DetailsCommand } from './details/details.decide.ts';
import type { JoiningCommand } from './joining/joining.decide.ts';
import type { LeavingCommand } from './leaving/leaving.decide.ts';
import type { OpenContract } from './openings/openings.decide.ts';
import type { StandingCommand } from './standing/standing.decide.ts';

export type PersonCommand =
  JoiningCommand | StandingCommand | DetailsCommand | LeavingCommand | CredentialCommand | OpenContract;
