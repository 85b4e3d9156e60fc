import { isIP } from 'node:net';
import { secretCheck } from '@smartkey/http';
import type { FastifyRequest } from 'fastify';
import { addressGroup } from '../limits/address-group.ts';

/** With what the portal, which speaks for others, vouches for the address of whom it speaks for. */
export const VISITOR = {
  address: 'smartkey-visitor-address',
  token: 'smartkey-visitor-token',
} as const;

/**
 * Whose address a request comes from: its sender's or, of a sender who shows the token, the one that it names. Whoever has no token
 * counts as what it is.
 */
export class Visitors {
  private readonly vouches: (presented: unknown) => boolean;

  /** @param token missing: nobody may vouch. */
  constructor(token: string | undefined) {
    this.vouches = token === undefined ? () => false : secretCheck(token);
  }

  /** As limits count it; see `addressGroup`. */
  of(request: FastifyRequest): string {
    return addressGroup(this.addressOf(request));
  }

  /** As it is. */
  addressOf(request: FastifyRequest): string {
    const named = request.headers[VISITOR.address];
    const believed =
      typeof named === 'string' && isIP(named) !== 0 && this.vouches(request.headers[VISITOR.token]);
    return believed ? named : request.ip;
  }
}
