import { ApiClient } from '@smartkey/api-client';
import { CLIENT, freePort, IdentityProvider } from '@smartkey/servers';
import { OPERATOR_KEY, System } from '@smartkey/testing/end-to-end';
import { HttpVisitor } from './http-visitor.ts';

/** Somebody of a test: by what they sign in at the provider, and their session. */
export interface Person {
  readonly id: string;
  readonly account: string;
  readonly session: string;
}

/** The whole service with its pages and an identity provider, and people who sign in without a browser. */
export class PortalSystem {
  private addresses = 1;
  private constructor(
    readonly system: System,
    readonly provider: IdentityProvider,
    /** Where browsers find it: `http://localhost:PORT`. */
    readonly origin: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<PortalSystem> {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const provider = await IdentityProvider.start(`${origin}/portal/oidc/callback`);
    const system = await System.start({
      PORT: String(port),
      SMARTKEY_CLOCK_START: '2026-11-25T10:00:00+09:00',
      SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T8700110005901',
      SMARTKEY_OIDC_PROVIDERS: JSON.stringify([
        { id: 'corp', name: '社内ID', issuer: provider.issuer, ...CLIENT },
      ]),
      ...environment,
    });
    return new PortalSystem(system, provider, origin);
  }

  async dispose(): Promise<void> {
    await this.system.dispose();
    await this.provider.close();
  }

  get portal(): string {
    return `${this.origin}/portal`;
  }

  /** The surface as its programs know it. */
  get operator(): ApiClient {
    return this.system.operator;
  }

  /** The surface as somebody's portal speaks to it. */
  as(session: string): ApiClient {
    return new ApiClient(this.system.url, session);
  }

  /** A browser without windows, at an address of its own. */
  visitor(person?: Person, address = this.newAddress()): HttpVisitor {
    const visitor = new HttpVisitor(this.origin, address);
    if (person !== undefined) visitor.cookies.set(visitor.sessionCookie, person.session);
    return visitor;
  }

  /** One that nobody else has: limits count by address. */
  newAddress(): string {
    this.addresses += 1;
    return `127.1.${this.addresses >> 8}.${this.addresses & 255}`;
  }

  /** By the operator key, as the very first. */
  async firstOperator(account: string): Promise<Person> {
    const begun = await this.as('').post<{ token: string }>('/sign-in/key', { key: OPERATOR_KEY });
    const form = { name: `名 ${account}`, email: `${account}@operator.example` };
    const me = await this.as(begun.token).post<{ token: string; person: string }>('/me', form);
    return this.bind(me.person, me.token, account);
  }

  /** Invited by somebody who may, and come. @param at `/people`, or those of a contract. */
  async invited(inviter: Person, at: string, may: object, account: string): Promise<Person> {
    const { token } = await this.verified(inviter);
    const form = { name: `名 ${account}`, email: `${account}@people.example`, ...may };
    const { id, invitation } = await this.as(token).post<{ id: string; invitation: { url: string } }>(
      at,
      form,
    );
    const link = new URL(invitation.url).searchParams.get('token')!;
    const signed = await this.as('').post<{ token: string }>('/sign-in/invitation', { token: link });
    return this.bind(id, signed.token, account);
  }

  private async bind(id: string, session: string, account: string): Promise<Person> {
    await this.atProvider('/me/providers', session, account);
    const { token } = await this.verified({ id, account, session });
    return { id, account, session: token };
  }

  /** Shows anew who somebody is. @returns the session's new secret; the former is worth nothing. */
  async verified(person: Person): Promise<{ readonly token: string }> {
    const { token } = await this.atProvider<{ token: string }>('/step-up', person.session, person.account);
    (person as { session: string }).session = token;
    return { token };
  }

  private async atProvider<Answer>(path: string, session: string, account: string): Promise<Answer> {
    const api = this.as(session);
    const begun = await api.post<{ challenge: string; url: string }>(path, { provider: 'corp' });
    this.provider.account = account;
    return api.post(path, { challenge: begun.challenge, callback: await this.provider.visit(begun.url) });
  }
}
