import { createServer, type Server } from 'node:http';
import type Provider from 'oidc-provider';
import { onLoopback } from './on-loopback.ts';

export const CLIENT = { clientId: 'smartkey', clientSecret: 'a-client-secret-of-these-tests' };

/** A real OpenID Connect provider on loopback, at which whoever comes is who the test says. */
export class IdentityProvider {
  /** Who signs in next. */
  account = 'sub-1';
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  static async start(redirectUri: string): Promise<IdentityProvider> {
    // Only here: it says a few things when it is loaded, which other programs on the workbench need not hear.
    const { default: OidcProvider } = await import('oidc-provider');
    const holder: { handle?: ReturnType<Provider['callback']> } = {};
    const server = createServer((request, response) => void holder.handle!(request, response));
    const issuer = await onLoopback(server);
    const provider = new OidcProvider(issuer, {
      clients: [
        { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [redirectUri] },
      ],
      claims: { openid: ['sub'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
      interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({
          clientId: ctx.oidc.client!.clientId,
          accountId: ctx.oidc.session!.accountId!,
        });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      cookies: { keys: ['a cookie key of these tests'] },
    });
    const made = new IdentityProvider(issuer, server);
    const callback = provider.callback();
    holder.handle = async (request, response) => {
      if (request.url?.startsWith('/interaction/') !== true) return callback(request, response);
      return provider.interactionFinished(request, response, { login: { accountId: made.account } });
    };
    return made;
  }

  /** A browser's way from the authorization request to the answer. @returns the query that it is sent back with. */
  async visit(url: string): Promise<string> {
    const cookies = new Map<string, string>();
    for (let at = url; ;) {
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [name, value] = cookie.split(';', 1)[0]!.split('=', 2);
        cookies.set(name!, value!);
      }
      const location = response.headers.get('location');
      if (location === null)
        throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
      const next = new URL(location, this.issuer);
      if (next.origin !== this.issuer) return next.search.slice(1);
      at = next.href;
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
