import type { FastifyRequest } from 'fastify';
import type { Actor } from '@smartkey/kernel';
import type { ProblemException } from '@smartkey/http';
import { prefixOfKey } from '../keys/key-text.ts';
import { unauthenticated, type Identifier } from '../identification/identifier.ts';
import { rateLimitHeaders, tooMany } from '../limits/too-many.ts';
import type { TokenBuckets } from '../limits/token-buckets.ts';

/** So many prefixes of keys that were good of late are kept. */
const REMEMBERED = 1_000;

/**
 * Who gets in: a known key within its limit. An address that guesses is not looked up any more, but for keys that were good
 * of late and the first operator key: guessing must not lock out those who share the address.
 */
export class Gate {
  private readonly good = new Set<string>();

  constructor(
    private readonly identifier: Identifier,
    private readonly perKey: TokenBuckets,
    private readonly failures: TokenBuckets,
  ) {}

  /**
   * @returns the actor and the RateLimit headers to answer with.
   * @throws ProblemException 401, or 429 with Retry-After.
   */
  async admit(
    request: FastifyRequest,
  ): Promise<{ readonly actor: Actor; readonly headers: Record<string, string> }> {
    const { authorization } = request.headers;
    const prefix = prefixOfKey(authorization?.slice('Bearer '.length) ?? '');
    const goodOfLate = prefix !== undefined && this.good.has(prefix);
    if (!goodOfLate && this.failures.isEmpty(request.ip) && !this.identifier.isOperator(authorization))
      throw this.refuse(request.ip);
    const actor = await this.identifier.identify(authorization);
    if (actor === undefined) {
      if (prefix !== undefined) this.good.delete(prefix);
      throw this.refuse(request.ip);
    }
    if (prefix !== undefined && !goodOfLate) this.remember(prefix);
    const take = this.perKey.take(actor.key);
    if (!take.granted) throw tooMany(this.perKey.burst, take, 'This key sends too many requests.');
    return { actor, headers: rateLimitHeaders(this.perKey.burst, take) };
  }

  private refuse(address: string): ProblemException {
    const take = this.failures.take(address);
    return take.granted
      ? unauthenticated()
      : tooMany(this.failures.burst, take, 'Too many requests without a valid key come from this address.');
  }

  private remember(prefix: string): void {
    if (this.good.size >= REMEMBERED) this.good.delete(this.good.values().next().value!);
    this.good.add(prefix);
  }
}
