import { Body, Get, HttpCode, Param, Post, type DynamicModule } from '@nestjs/common';
import { IdParam, InternalController, orNotFound, unavailable } from '@smartkey/http';
import { derivedUuid, newId } from '@smartkey/identity';
import {
  type Instant,
  type NewEvent,
  systemActor,
  type AccountId,
  type ContractId,
  type DeviceId,
} from '@smartkey/kernel';
import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import type {
  BillingMessages,
  ContractMessages,
  CredentialConfirmation,
  LastAttempts,
  LastAttemptsOf,
  ToldFacts,
} from '@smartkey/messages';
import type { EventStore } from '@smartkey/event-store';
import type { ServiceDefinition } from '@smartkey/runtime';
import { jstDayOf, type JstDay } from '@smartkey/calendar';
import { speaking } from '@smartkey/testing/services';

/** The contract service as the registry sees it: a log of messages, and the facts for whoever asks. */
export class ContractOffice {
  store!: EventStore;
  down = false;
  asked = 0;
  readonly #facts = new Map<string, ContractFacts>();

  readonly definition: ServiceDefinition = {
    name: 'contract',
    ...speaking,
    assemble: (parts) => {
      this.store = parts.store;
      return { module: contractModule(this) };
    },
  };

  facts(contract: ContractId): ContractFacts | undefined {
    return this.#facts.get(contract);
  }

  async applied(at: Instant): Promise<ContractId> {
    const contract = newId('ctr', at);
    await this.says(contract, 'ContractApplied', { plan: 'enterprise', recipient: { name: 'Acme' } }, at);
    return contract;
  }

  async accepted(at: Instant): Promise<ContractId> {
    const contract = await this.applied(at);
    const acceptedOn = jstDayOf(at);
    const recipient = { name: 'Acme' };
    await this.says(
      contract,
      'ContractAccepted',
      { plan: 'enterprise', acceptedOn, termsVersion: '2018-01-01', recipient },
      at,
    );
    return contract;
  }

  async cancelled(contract: ContractId, effectiveDay: JstDay, at: Instant): Promise<void> {
    await this.says(
      contract,
      'CancellationNotified',
      { cancellation: 'can_1', arrivedAt: at, form: 'portal', effectiveDay },
      at,
    );
  }

  async says<T extends keyof ContractMessages>(
    contract: ContractId,
    type: T,
    data: ContractMessages[T],
    occurredAt: Instant,
  ): Promise<void> {
    const facts = this.#facts.get(contract) ?? noContractFacts(contract);
    const event: NewEvent = {
      id: derivedUuid(contract, facts.revision + 1),
      type,
      version: 1,
      data,
      metadata: { commandId: `${contract}/${facts.revision + 1}`, actor: systemActor('test') },
      occurredAt,
    };
    const { revision } = await this.store.append({
      stream: `contract-${contract}`,
      expected: 'any',
      events: [event],
    });
    this.#facts.set(contract, foldContractFacts(facts, { type, revision, data }));
  }
}

/** Billing as the registry sees it: a log that says which months are issued. */
export class BillingOffice {
  store!: EventStore;
  #told = 0;

  readonly definition: ServiceDefinition = {
    name: 'billing',
    ...speaking,
    assemble: (parts) => {
      this.store = parts.store;
      class BillingModule {}
      return { module: { module: BillingModule } };
    },
  };

  /** @returns the position of the fact in billing's log. */
  async says<T extends 'MonthClosed' | 'InvoiceIssued'>(
    contract: ContractId,
    type: T,
    data: Partial<BillingMessages[T]>,
    occurredAt: Instant,
  ): Promise<bigint> {
    const event: NewEvent = {
      id: derivedUuid('billing', contract, (this.#told += 1)),
      type,
      version: 1,
      data,
      metadata: { commandId: `billing/${this.#told}`, actor: systemActor('test') },
      occurredAt,
    };
    const append = { stream: `billing-${contract}`, expected: 'any', events: [event] } as const;
    return (await this.store.append(append)).position;
  }
}

function contractModule(office: ContractOffice): DynamicModule {
  @InternalController('contracts')
  class FactsController {
    @Get(':id/facts')
    facts(@IdParam('id', 'ctr') id: ContractId): ContractFacts {
      office.asked += 1;
      if (office.down) throw unavailable();
      return orNotFound(office.facts(id));
    }
  }
  class ContractModule {}
  return { module: ContractModule, controllers: [FactsController] };
}

/** Authentication as the registry sees it: one secret, one right code, five tries. */
export class CodeChecker {
  static readonly SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  static readonly RIGHT = '123456';
  down = false;
  readonly told: ToldFacts['messages'][number][] = [];
  /** What was sent, whether it was reached or not. */
  readonly asked: { readonly types: readonly string[] }[] = [];
  readonly issued: unknown[] = [];
  readonly unlocked: string[] = [];
  readonly lastAttempts = new Map<AccountId, LastAttempts>();
  readonly #tries = new Map<string, number>();
  readonly #confirmed = new Map<string, string>();

  readonly definition: ServiceDefinition = {
    name: 'authentication',
    migrations: [],
    projections: [],
    publish: ({ type, version, data }) => ({ type, version, data }),
    assemble: () => ({ module: authenticationModule(this) }),
  };

  confirm(device: DeviceId, code: string): CredentialConfirmation {
    const by = this.#confirmed.get(device);
    if (by !== undefined)
      return by === code
        ? { confirmed: true }
        : { confirmed: false, reason: 'already_confirmed', remainingTries: 0 };
    const tries = this.#tries.get(device) ?? 0;
    if (tries === 5) return { confirmed: false, reason: 'too_many_tries', remainingTries: 0 };
    if (code === CodeChecker.RIGHT) {
      this.#confirmed.set(device, code);
      return { confirmed: true };
    }
    this.#tries.set(device, tries + 1);
    return { confirmed: false, reason: 'invalid_code', remainingTries: 4 - tries };
  }
}

function authenticationModule(checker: CodeChecker): DynamicModule {
  const reached = (): void => {
    if (checker.down) throw unavailable();
  };
  @InternalController()
  class AuthenticationController {
    @Post('credentials')
    issue(@Body() body: object): object {
      reached();
      checker.issued.push(body);
      return { secretBase32: CodeChecker.SECRET };
    }

    @Post('credentials/:device/confirmation')
    @HttpCode(200)
    confirm(
      @Param('device') device: DeviceId,
      @Body() { code }: Record<string, string>,
    ): CredentialConfirmation {
      reached();
      return checker.confirm(device, code!);
    }

    @Post('facts/account')
    @HttpCode(204)
    hear(@Body() { messages }: Record<string, ToldFacts['messages']>): void {
      checker.asked.push({ types: messages!.map(({ type }) => type) });
      reached();
      checker.told.push(...messages!);
    }

    @Post('accounts/last-attempts')
    @HttpCode(200)
    last(@Body() { accounts }: Record<string, readonly AccountId[]>): LastAttemptsOf {
      reached();
      const known = accounts!.filter((account) => checker.lastAttempts.has(account));
      return {
        accounts: Object.fromEntries(known.map((account) => [account, checker.lastAttempts.get(account)!])),
      };
    }

    @Post('accounts/:account/unlock')
    @HttpCode(200)
    unlock(@Param('account') account: AccountId): object {
      reached();
      checker.unlocked.push(account);
      return { unlocked: true };
    }
  }
  class AuthenticationModule {}
  return { module: AuthenticationModule, controllers: [AuthenticationController] };
}
