import {
  catalogueOf,
  issuerDecider,
  issuersOf,
  ofVersion,
  policiesDecider,
  type BillingPolicy,
  type IssuerCommand,
  type Issuers,
  type IssuerSet,
  type Policies,
  type PoliciesCommand,
  type PolicySet,
} from '@smartkey/billing-domain';
import type { CommandContext, Handled } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedIssuers, storedPolicies } from '../log/stored-events.ts';
import type { SettingsInForce } from './settings-in-force.ts';

/** One installation has one log of each. */
const ID = 'billing';

/** Policies and issuer as billing's own log has them. Read from their streams, so there is nothing to lag behind. */
export class SettingsLog {
  readonly #policies;
  readonly #issuers;

  constructor(parts: LogParts) {
    this.#policies = handlerOf(parts, 'policies', policiesDecider, storedPolicies);
    this.#issuers = handlerOf(parts, 'issuer', issuerDecider, storedIssuers);
  }

  async current(): Promise<SettingsInForce> {
    const [policies, issuers] = await Promise.all([this.policies(), this.issuers()]);
    return {
      policies: catalogueOf(policies),
      issuers: issuersOf(issuers),
      policyOfVersion: (version) => ofVersion(policies, version),
    };
  }

  /** The policy that a document names, whether or not it still holds. */
  async policyOfVersion(version: string): Promise<BillingPolicy | undefined> {
    return ofVersion(await this.policies(), version);
  }

  policies(): Promise<Policies> {
    return this.#policies.state(ID);
  }

  issuers(): Promise<Issuers> {
    return this.#issuers.state(ID);
  }

  /** @throws ProblemException where it is refused. */
  async tellPolicies(
    command: PoliciesCommand,
    context: CommandContext,
  ): Promise<Handled<Policies, PolicySet>> {
    return orThrow(await this.#policies.handle(ID, context, () => command));
  }

  /** @throws ProblemException where it is refused. */
  async tellIssuer(command: IssuerCommand, context: CommandContext): Promise<Handled<Issuers, IssuerSet>> {
    return orThrow(await this.#issuers.handle(ID, context, () => command));
  }
}
