import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { csvCharsetOf, notFoundProblem, pathOf, unreadable, type Caller } from '@smartkey/http';
import { actorId } from '@smartkey/kernel';
import { ownerOf, type Owner } from '../forwarding/ownership.ts';
import { ownerHeaders, type OwnerPort } from '../forwarding/owner-request.ts';
import { isSigned } from '../forwarding/signed-routes.ts';
import type { Fingerprints } from '../idempotency/fingerprint.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { jsonRequest, streamRequest } from '../idempotency/repeatable-request.ts';
import type { Signatories } from '../keys/signatories.ts';
import type { LogIncarnations } from '../losses/log-incarnations.ts';
import type { Openings } from '../openings/openings.ts';
import type { AttemptLimit } from '../limits/attempt-limit.ts';
import type { Answer } from './answer.ts';

export interface DispatchParts {
  readonly owners: Readonly<Record<Owner, OwnerPort>>;
  readonly idempotency: Idempotency;
  readonly fingerprints: Fingerprints;
  readonly readJson: (bytes: Buffer) => unknown;
  readonly attempts: AttemptLimit;
  readonly internalToken: string;
  readonly signatories: Pick<Signatories, 'of'>;
  /** A device was confirmed. */
  readonly onConfirmed?: () => void;
  /** Personal data were erased. */
  readonly onErased?: () => void;
  readonly openings: Pick<Openings, 'mustBeOpen'>;
  readonly incarnations: Pick<LogIncarnations, 'of'>;
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** 1 to 128 visible ASCII characters. @throws ProblemException 400. */
function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !WRITES.has(request.method)) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test(key)) return key;
  throw unreadable('malformed-idempotency-key', 'Idempotency-Key must be 1 to 128 visible ASCII characters.');
}

/** Brings an admitted request to its owner, once per Idempotency-Key. */
export class Dispatch {
  constructor(private readonly parts: DispatchParts) {}

  /**
   * @param actor missing for what needs no credential: carried out as often as it is sent, for its answer is nobody else's.
   * @param visitor whose address it comes from.
   * @throws ProblemException
   */
  async send(request: FastifyRequest, actor: Caller | undefined, visitor: string): Promise<Answer> {
    const target = request.url;
    const path = pathOf(request);
    const name = ownerOf(path);
    if (name === undefined) throw notFoundProblem();
    const owner = this.parts.owners[name];
    if (actor !== undefined) await this.parts.openings.mustBeOpen(actor, path);
    const idempotencyKey = idempotencyKeyOf(request);
    const { attempts } = this.parts;
    const hand = async (
      command: { commandId: string; repeatable: true } | undefined,
      body: unknown,
    ): Promise<Answer> => {
      const signed = actor !== undefined &&
        isSigned(request.method, path) && { signatory: await this.parts.signatories.of(actor) };
      const answer = await owner.send({
        method: request.method,
        target,
        headers: ownerHeaders(request.headers, {
          token: this.parts.internalToken,
          ...(actor !== undefined && { actor }),
          ...(name === 'gateway' && { visitor }),
          requestId: request.id,
          ...signed,
          ...command,
        }),
        body: body as Buffer | Readable | undefined,
      });
      if (name === 'device-registry' && answer.status === 200 && path.endsWith('/confirmation'))
        this.parts.onConfirmed?.();
      if (request.method === 'DELETE' && answer.status === 200 && path.endsWith('/personal-data'))
        this.parts.onErased?.();
      return answer;
    };
    // Within the repeat of an answer that was kept: that is no attempt any more.
    const sendAs: typeof hand = (command, body) =>
      actor !== undefined && attempts.concerns(request.method, path)
        ? attempts.run(actor.key, () => hand(command, body))
        : hand(command, body);
    if (idempotencyKey === undefined || actor === undefined) return sendAs(undefined, request.body);

    // A person's sessions come and go; a repeat is that person's.
    const scope = { key: actorId(actor), method: request.method, path, idempotencyKey };
    const query = target.slice(path.length + 1);
    const { fingerprints, idempotency, incarnations } = this.parts;
    const begunAnew = async () => (await incarnations.of(name))?.begunAt;
    if (request.body instanceof Readable) {
      // The same bytes in another charset are another request.
      const charset = csvCharsetOf(request);
      const about = charset === 'utf-8' ? query : `${query};charset=${charset}`;
      const streamed = streamRequest(scope, about, request.body, fingerprints);
      return idempotency.run(
        streamed.request,
        (commandId) => sendAs({ commandId, repeatable: true }, streamed.body),
        begunAnew,
      );
    }
    const bytes = request.body as Buffer | undefined;
    const json = bytes === undefined ? undefined : this.parts.readJson(bytes);
    return idempotency.run(
      jsonRequest(scope, query, json, fingerprints),
      (commandId) => sendAs({ commandId, repeatable: true }, bytes),
      begunAnew,
    );
  }
}
