import type { FastifyRequest } from 'fastify';
import type { Caller, ProblemException } from '@smartkey/http';
import { hashOfBearer } from '../keys/bearer-text.ts';
import { unauthenticated } from '../identification/first-operator.ts';
import { presentedKey, type Identifier } from '../identification/identifier.ts';
import { rateLimitHeaders, tooMany } from '../limits/too-many.ts';
import type { TokenBuckets } from '../limits/token-buckets.ts';
import type { Visitors } from './visitors.ts';

/** So many keys that were good of late are remembered, by their digests. */
const REMEMBERED = 1_000;

const digestOf = (key: string): string => Buffer.from(hashOfBearer(key)).toString('base64');

/** With what one signs in: no credential is asked for, and the routes count by address themselves. */
const OPEN = /^\/v1\/(sign-in\/[a-z]+|links(\/open)?)$/;
const PROVIDERS = '/v1/sign-in/oidc';

/**
 * Who gets in: a known key within its limit. Only failures are limited by address: whoever guesses is told to wait, and a valid
 * key that shares the address gets in whether or not it was seen before. What guessing costs is bounded, for the keys of such
 * an address are looked up together, a few times a second; those that were good of late do not wait for that.
 */
export class Gate {
  private readonly good = new Set<string>();

  constructor(
    private readonly identifier: Identifier,
    private readonly perKey: TokenBuckets,
    private readonly failures: TokenBuckets,
    private readonly visitors: Visitors,
  ) {}

  /** Whether anybody may call this without a credential. @param path without its query. */
  isOpen(method: string, path: string): boolean {
    return (method === 'POST' && OPEN.test(path)) || (method === 'GET' && path === PROVIDERS);
  }

  /** Whose address a request comes from, as limits count it. */
  visitorOf(request: FastifyRequest): string {
    return this.visitors.of(request);
  }

  /**
   * @returns the caller and the RateLimit headers to answer with.
   * @throws ProblemException 401, 403 from outside of the key's networks, or 429 with Retry-After.
   */
  async admit(
    request: FastifyRequest,
  ): Promise<{ readonly actor: Caller; readonly headers: Record<string, string> }> {
    const address = this.visitorOf(request);
    const actor = await this.identify(presentedKey(request.headers.authorization), address, request);
    if (actor === undefined) throw this.refuse(address);
    const take = this.perKey.take(actor.key);
    if (!take.granted) throw tooMany(this.perKey.burst, take, 'This key sends too many requests.');
    return { actor, headers: rateLimitHeaders(this.perKey.burst, take) };
  }

  private async identify(
    key: string | undefined,
    address: string,
    request: FastifyRequest,
  ): Promise<Caller | undefined> {
    if (key === undefined) return undefined;
    const digest = digestOf(key);
    const goodOfLate = this.good.has(digest);
    const suspect = !goodOfLate && this.failures.isEmpty(address);
    const actor = await this.identifier.identify(
      key,
      suspect,
      this.visitors.addressOf(request),
      request.headers['user-agent'],
    );
    if (actor === undefined) this.good.delete(digest);
    else if (!goodOfLate) this.remember(digest);
    return actor;
  }

  private refuse(address: string): ProblemException {
    const take = this.failures.take(address);
    return take.granted
      ? unauthenticated()
      : tooMany(this.failures.burst, take, 'Too many requests without a valid key come from this address.');
  }

  private remember(digest: string): void {
    if (this.good.size >= REMEMBERED) this.good.delete(this.good.values().next().value!);
    this.good.add(digest);
  }
}
