import type { Type } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.ts';
import { EnrolmentLinksController } from './end-users/enrolment-links.controller.ts';
import { LinksController } from './end-users/links.controller.ts';
import { CheckpointsController } from './checkpoints/checkpoints.controller.ts';
import { KeysController } from './keys/keys.controller.ts';
import { LogLossesController } from './losses/log-losses.controller.ts';
import { MailsController } from './mails/mails.controller.ts';
import { MeController } from './me/me.controller.ts';
import { OwnPasskeysController } from './me/own-passkeys.controller.ts';
import { OwnProvidersController } from './me/own-providers.controller.ts';
import { OpeningsController } from './openings/openings.controller.ts';
import { ContractPeopleController } from './people/contract-people.controller.ts';
import { PeopleController } from './people/people.controller.ts';
import { SandboxController } from './sandbox/sandbox.controller.ts';
import { SessionsController } from './sessions/sessions.controller.ts';
import { SetAsideController } from './set-aside/set-aside.controller.ts';
import { SignInController } from './sign-in/sign-in.controller.ts';
import { StepUpController } from './step-up/step-up.controller.ts';
import { StatusController } from './status/status.controller.ts';
import { AccountUsageController } from './usage/account-usage.controller.ts';

/** The gateway's own routes. */
export const gatewayControllers: readonly Type[] = [
  KeysController,
  SignInController,
  MeController,
  OwnPasskeysController,
  OwnProvidersController,
  StepUpController,
  SessionsController,
  PeopleController,
  ContractPeopleController,
  OpeningsController,
  EnrolmentLinksController,
  LinksController,
  AccountUsageController,
  MailsController,
  StatusController,
  AuditController,
  CheckpointsController,
  LogLossesController,
  SandboxController,
  SetAsideController,
];
