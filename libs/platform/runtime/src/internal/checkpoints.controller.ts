import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { InternalController, notFoundProblem, unavailable, unreadable } from '@smartkey/http';
import { NO_POSITION, parsePosition } from '@smartkey/kernel';
import {
  NotInTreeError,
  type CheckpointPage,
  type LogHead,
  type ProofPart,
  type ProofPartAsked,
  type PublishedKey,
  type WitnessedLog,
} from '@smartkey/transparency';
import { InternalParts } from './internal-parts.ts';

/** What a service says of the checkpoints of its log. */
interface ServiceCheckpoints extends CheckpointPage {
  readonly origin: string;
  /** Every key that the log was ever signed with, the first one first; none where nothing is signed. */
  readonly keys: readonly PublishedKey[];
}

const COUNT = /^[1-9]\d{0,15}$/;
const MOST = 200;
/** So long are leaves written while somebody waits for them (system time): less than a caller does. */
const LEAVES_MILLIS = 3_000;

/** @throws ProblemException 400 */
function countOf(text: string | undefined, most: number): number {
  const count = Number(text);
  if (text === undefined || !COUNT.test(text) || count > most)
    throw unreadable('malformed-query', 'That is no count.');
  return count;
}

/** @throws ProblemException 400 */
function placeOf(text: string | undefined): bigint {
  const position = parsePosition(text);
  if (position === undefined) throw unreadable('malformed-query', NO_POSITION);
  return position;
}

const MOST_EVENTS = 1_000;
const MOST_SPLITS = 200;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isShown = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  parsePosition((value as { position?: unknown }).position) !== undefined &&
  ['document', 'input', 'rendering', 'restored'].includes(String((value as { as?: unknown }).as));

function partAsked(body: unknown): ProofPartAsked | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { size, from, splits, events, toEnd } = body as {
    readonly [Field in keyof ProofPartAsked]?: unknown;
  };
  const right =
    isCount(size) &&
    isCount(from) &&
    Array.isArray(splits) &&
    splits.length <= MOST_SPLITS &&
    splits.every(isCount) &&
    Array.isArray(events) &&
    events.length <= MOST_EVENTS &&
    events.every(isShown);
  return right ? { ...(body as ProofPartAsked), toEnd: toEnd === true } : undefined;
}

/**
 * `GET /internal/log/checkpoints/witnessed?position=` → `{origin, first, last, position, restored?}`; 404 where no witness has seen the log.
 * `POST /internal/log/checkpoints/proof-part` `{size, from, splits, events, toEnd}` → `{lines, next}`: the next lines of this log in a proof.
 * `GET /internal/log/checkpoints?limit=&before=` → `{origin, keys, items:[{size, at, note}], next?}`, the newest first.
 * `GET /internal/log/checkpoints/head?position=` → `{origin, size, root, earlier?}`: how far the log goes up to a settled position; 503 while leaves are written.
 * `GET /internal/log/checkpoints/doubt` → `{fault}`: what speaks against the log by what was signed of it; null where nothing does.
 * `GET /internal/log/checkpoints/consistency?from=&to=` → hashes in base64 (RFC 6962, 2.1.2).
 */
@InternalController('log/checkpoints')
export class CheckpointsController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async list(@Query() { before, limit }: Record<string, string | undefined>): Promise<ServiceCheckpoints> {
    const { proved } = this.parts;
    const until = before === undefined ? undefined : countOf(before, Number.MAX_SAFE_INTEGER);
    const page = await proved.page(until, countOf(limit, MOST));
    return { origin: await proved.origin(), keys: await proved.keys(), ...page };
  }

  @Get('head')
  async head(@Query() { position }: Record<string, string | undefined>): Promise<LogHead> {
    const head = await this.parts.proved.headAt(placeOf(position), AbortSignal.timeout(LEAVES_MILLIS));
    if (head === undefined) throw unavailable();
    return head;
  }

  @Get('doubt')
  async doubt(): Promise<{ readonly fault: string | null }> {
    const doubt = await this.parts.proved.doubt();
    return { fault: doubt?.fault ?? null };
  }

  @Get('witnessed')
  async witnessed(@Query() { position }: Record<string, string | undefined>): Promise<WitnessedLog> {
    const seen = await this.parts.proved.witnessed(placeOf(position));
    if (seen === undefined) throw notFoundProblem();
    return seen;
  }

  @Post('proof-part')
  @HttpCode(200)
  async proofPart(@Body() body: unknown): Promise<ProofPart> {
    const asked = partAsked(body);
    if (asked === undefined) throw unreadable('malformed-body', 'That is no part of a proof.');
    try {
      return await this.parts.proved.proofPart(asked);
    } catch (error) {
      if (error instanceof NotInTreeError) throw notFoundProblem();
      throw error;
    }
  }

  @Get('consistency')
  async consistency(@Query() { from, to }: Record<string, string | undefined>): Promise<readonly string[]> {
    const [first, last] = [countOf(from, Number.MAX_SAFE_INTEGER), countOf(to, Number.MAX_SAFE_INTEGER)];
    const hashes = await this.parts.proved.consistency(first, last);
    if (hashes === undefined) throw notFoundProblem();
    return hashes;
  }
}
