import { moduleOf, provide } from '@smartkey/http';
import type { ServiceAssembly, ServiceParts } from '@smartkey/runtime';
import { ApplicationController } from './application/application.controller.ts';
import { approvalHandler } from './approvals/approval-handler.ts';
import { ApprovalsController } from './approvals/approvals.controller.ts';
import { ApprovalDirectory, approvalsProjection } from './approvals/approvals.projection.ts';
import { BillingApprovals } from './approvals/billing-approvals.ts';
import { Approvals } from './approvals/approvals.ts';
import { approvedChangesReactor } from './approvals/approved-changes.reactor.ts';
import { LoweredMonths } from './approvals/lowered-months.ts';
import { TwoPersonCommands } from './approvals/two-person-commands.ts';
import { CancellationController } from './cancellation/cancellation.controller.ts';
import { ConditionsController } from './conditions/conditions.controller.ts';
import { contractHandler } from './log/contract-handler.ts';
import { ContractsController } from './contracts/contracts.controller.ts';
import { Contracts } from './contracts/contracts.ts';
import { ContractList } from './contracts/contract-list.ts';
import { contractDirectoryProjection } from './directory/contract-directory.projection.ts';
import { ContractDirectory } from './directory/contract-directory.ts';
import { DueContracts } from './due/due-contracts.ts';
import { scheduleProjection } from './due/schedule.projection.ts';
import { ContractFactsReader } from './facts/contract-facts-reader.ts';
import { ContractFactsController } from './facts/contract-facts.controller.ts';
import { EmbeddedIijIdDirectory } from './iij-id/embedded-iij-id-directory.ts';
import { HttpIijIdDirectory } from './iij-id/http-iij-id-directory.ts';
import { IIJ_ID_DIRECTORY, type IijIdDirectory } from './iij-id/iij-id-directory.ts';
import { IijIdWatch } from './iij-id/iij-id-watch.ts';
import { IijIdController } from './iij-id/iij-id.controller.ts';
import { issuedMonthsProjection } from './issued-months/issued-months.projection.ts';
import { BillingKnowledge } from './issued-months/billing-knowledge.ts';
import { AffectedMonths } from './late-facts/affected-months.ts';
import { OneTimeFeesController } from './one-time-fees/one-time-fees.controller.ts';
import { PlanChangesController } from './plan-changes/plan-changes.controller.ts';
import { Stops } from './propagation/stops.ts';
import { QuotesController } from './quotes/quotes.controller.ts';
import { CONTRACT_SETTINGS, type ContractSettings } from './settings/contract.settings.ts';

const iijIdDirectory = ({ database, clock }: ServiceParts, { iijId }: ContractSettings): IijIdDirectory =>
  iijId.url === undefined
    ? new EmbeddedIijIdDirectory(database, clock, iijId.ineligible)
    : new HttpIijIdDirectory(iijId.url, iijId.token);

export function assembleContract(parts: ServiceParts, settings: ContractSettings): ServiceAssembly {
  const { store, clock, database, peers, log } = parts;
  const handler = contractHandler(parts);
  const issued = new BillingKnowledge(parts.projection(issuedMonthsProjection.name), peers);
  const affected = new AffectedMonths(handler, issued);
  const contracts = new Contracts(handler, clock, new Stops(peers, log), affected);
  const approvalDirectory = new ApprovalDirectory(parts.projection(approvalsProjection.name));
  const creditNotes = new BillingApprovals(peers);
  const approvals = new Approvals(approvalHandler(parts), contracts, issued, approvalDirectory, creditNotes);
  const directory = new ContractDirectory(parts.projection(contractDirectoryProjection.name));
  const iijId = iijIdDirectory(parts, settings);
  const watch = new IijIdWatch(iijId, directory, handler, clock, database, log);
  const module = moduleOf('ContractModule', {
    controllers: [
      ContractsController,
      ApplicationController,
      QuotesController,
      ConditionsController,
      PlanChangesController,
      CancellationController,
      OneTimeFeesController,
      ApprovalsController,
      IijIdController,
      ContractFactsController,
    ],
    parts: [
      contracts,
      directory,
      new ContractList(contracts, directory),
      approvals,
      approvalDirectory,
      creditNotes,
      new TwoPersonCommands(contracts, approvals, issued, new LoweredMonths(peers), settings.twoPersons),
      new ContractFactsReader(store),
      watch,
    ],
    provided: [provide(IIJ_ID_DIRECTORY, iijId), provide(CONTRACT_SETTINGS, settings)],
  });
  return {
    module,
    reactors: [approvedChangesReactor(approvals, log)],
    dueWork: new DueContracts(handler, parts.projection(scheduleProjection.name), store),
    start: () => watch.start(settings.iijId.checkMinutes),
    stop: () => watch.stop(),
  };
}
