import type { Type } from '@nestjs/common';
import { BillingProfileController } from './journeys/billing/billing-profile.controller.tsx';
import { ContractBillingController } from './journeys/billing/contract-billing.controller.tsx';
import { CorrectionsController } from './journeys/billing/corrections.controller.tsx';
import { CreditNoteController } from './journeys/billing/credit-note.controller.tsx';
import {
  DocumentFilesController,
  SelectionController,
} from './journeys/billing/document-files.controller.tsx';
import { EvidenceController } from './journeys/billing/evidence.controller.tsx';
import { CreditNotesController } from './journeys/billing/credit-notes.controller.tsx';
import { InvoicesController } from './journeys/billing/invoices.controller.tsx';
import { ParkedController } from './journeys/close/parked.controller.tsx';
import { RunsController } from './journeys/close/runs.controller.tsx';
import { ApplicantController } from './journeys/contracts/applicant.controller.tsx';
import { ContractsController } from './journeys/contracts/contracts.controller.tsx';
import { DecisionsController } from './journeys/contracts/decisions.controller.tsx';
import { IijIdContractController } from './journeys/contracts/iij-id-contract.controller.tsx';
import { OpeningController } from './journeys/contracts/opening.controller.tsx';
import { QuotesController } from './journeys/contracts/quotes.controller.tsx';
import { AssetsController } from './journeys/entry/assets.controller.ts';
import { SignInController } from './journeys/entry/sign-in.controller.tsx';
import { RecoveryController } from './journeys/entry/recovery.controller.tsx';
import { StartController } from './journeys/entry/start.controller.tsx';
import { AcknowledgementController } from './journeys/exports/acknowledgement.controller.tsx';
import { ExportFormController } from './journeys/exports/export-form.controller.tsx';
import { ExportsController } from './journeys/exports/exports.controller.tsx';
import { EnrolmentController } from './journeys/ids/enrolment.controller.tsx';
import { ErasureController } from './journeys/ids/erasure.controller.tsx';
import { IdController } from './journeys/ids/id.controller.tsx';
import { AttemptsController } from './journeys/ids/attempts.controller.tsx';
import { IdsController } from './journeys/ids/ids.controller.tsx';
import { LinkController } from './journeys/ids/link.controller.tsx';
import { RegistrationsController } from './journeys/ids/registrations.controller.tsx';
import { ImportsController } from './journeys/ids/imports.controller.tsx';
import { ApprovalsController } from './journeys/office/approvals.controller.tsx';
import { MailsController } from './journeys/office/mails.controller.tsx';
import { RefusedFilesController } from './journeys/billing/refused-files.controller.tsx';
import { CheckpointsController } from './journeys/office/checkpoints.controller.tsx';
import { AuditController } from './journeys/office/audit.controller.tsx';
import { HistoryController } from './journeys/office/history.controller.tsx';
import { KeysController } from './journeys/office/keys.controller.tsx';
import { SetAsideController } from './journeys/office/set-aside.controller.tsx';
import { SettingsController } from './journeys/office/settings.controller.tsx';
import { StatusController } from './journeys/office/status.controller.tsx';
import { TodoController } from './journeys/office/todo.controller.tsx';
import { ComponentsController } from './journeys/office/components.controller.tsx';
import { IssuerController } from './journeys/settings/issuer.controller.tsx';
import { ExportSettingsController } from './journeys/settings/export-settings.controller.tsx';
import { ProofController } from './journeys/people/proof.controller.tsx';
import { PasskeysController } from './journeys/people/passkeys.controller.tsx';
import { AddressController } from './journeys/people/address.controller.tsx';
import { AccountController } from './journeys/people/account.controller.tsx';
import { PeopleController } from './journeys/people/people.controller.tsx';
import { PersonController } from './journeys/people/person.controller.tsx';
import { SelfController } from './journeys/users/self.controller.tsx';
import { UserLinkController } from './journeys/users/user-link.controller.tsx';
import { CancellationController } from './journeys/plan/cancellation.controller.tsx';
import { NoticeRecordController } from './journeys/plan/notice-record.controller.tsx';
import { ConditionsController } from './journeys/plan/conditions.controller.tsx';
import { OneTimeFeeController } from './journeys/plan/one-time-fee.controller.tsx';
import { PlanChangeController } from './journeys/plan/plan-change.controller.tsx';
import { PlanController } from './journeys/plan/plan.controller.tsx';

/** All screens. */
export const portalControllers: readonly Type[] = [
  AssetsController,
  SignInController,
  RecoveryController,
  StartController,
  TodoController,
  SetAsideController,
  ContractsController,
  DecisionsController,
  QuotesController,
  IijIdContractController,
  OpeningController,
  ApplicantController,
  PlanController,
  PlanChangeController,
  ConditionsController,
  OneTimeFeeController,
  CancellationController,
  NoticeRecordController,
  IdsController,
  AttemptsController,
  IdController,
  ErasureController,
  EnrolmentController,
  LinkController,
  UserLinkController,
  SelfController,
  RegistrationsController,
  ImportsController,
  ContractBillingController,
  BillingProfileController,
  CreditNotesController,
  CorrectionsController,
  InvoicesController,
  DocumentFilesController,
  SelectionController,
  EvidenceController,
  CreditNoteController,
  ParkedController,
  RunsController,
  ApprovalsController,
  ExportFormController,
  ExportsController,
  AcknowledgementController,
  SettingsController,
  IssuerController,
  ExportSettingsController,
  KeysController,
  PeopleController,
  PersonController,
  AccountController,
  AddressController,
  ProofController,
  PasskeysController,
  ComponentsController,
  HistoryController,
  CheckpointsController,
  AuditController,
  StatusController,
  MailsController,
  RefusedFilesController,
];
