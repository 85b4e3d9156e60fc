import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Pool, type buildConnector } from 'undici';
import { INTERNAL, NotReadyError, ProblemException, SenderGoneError, unavailable } from '@smartkey/http';
import { answered, carryingTrace, clientSpan, inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import { codeOf } from '@smartkey/lifecycle';
import type { Answer } from '../front/answer.ts';
import type { Owner } from './ownership.ts';
import { answerHeaders, type OwnerPort, type OwnerRequest } from './owner-request.ts';

/** Answers up to this length are read as a whole: cheaper than a stream. */
const SHORT = 256 * 1024;

/**
 * How long a connection may be idle and be used again, in milliseconds: far less than the 72 s after which a service closes it, for
 * one that is busy closes what has just been asked together with what was idle.
 */
const MOST_IDLE = 30_000;

/** What may be asked twice, for it changes nothing (RFC 9110, 9.2.1). */
const SAFE = new Set(['GET', 'HEAD']);

/** The connection ended before an answer began. */
const CUT_OFF = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

type Asked = Parameters<Pool['request']>[0];

/** Opens a connection to a service of this very process, which needs no socket. */
export type ConnectWithin = () => Duplex;

/** As undici asks for a connection; it must not be answered before the question has been put. */
const connectorOf =
  (connect: ConnectWithin): buildConnector.connector =>
  (_options, connected) =>
    process.nextTick(() => {
      let opened: Duplex;
      try {
        opened = connect();
      } catch (error) {
        return connected(error as Error, null);
      }
      return connected(null, opened as Socket);
    });

/** A service over HTTP, by a pool of connections of its own. */
export class ServiceOwner implements OwnerPort {
  private readonly pool: Pool;
  /** Connections that nothing was asked on before. */
  private readonly afresh: Pool;

  constructor(
    private readonly name: Owner,
    url: string,
    private readonly log: Logger,
    /** Milliseconds in which an answer must begin and go on; 0 for as long as it takes. */
    options: { readonly timeout: number; readonly connect?: ConnectWithin | undefined },
  ) {
    const connecting = {
      connections: 128,
      headersTimeout: options.timeout,
      bodyTimeout: options.timeout,
      connect: options.connect === undefined ? { timeout: 3_000 } : connectorOf(options.connect),
    };
    this.pool = new Pool(url, { ...connecting, keepAliveMaxTimeout: MOST_IDLE });
    this.afresh = new Pool(url, { ...connecting, pipelining: 0 });
  }

  send(request: OwnerRequest): Promise<Answer> {
    return inSpan(`${request.method} ${this.name}`, clientSpan(request.method, this.name), async (span) => {
      const answer = await this.ask(request);
      answered(span, answer.status);
      return answer;
    });
  }

  private async ask({ method, target, headers, body, timeout }: OwnerRequest): Promise<Answer> {
    try {
      const answer = await this.request({
        method: method as 'GET',
        path: target,
        headers: carryingTrace(headers),
        body: body ?? null,
        ...(timeout !== undefined && { headersTimeout: timeout }),
      });
      if (answer.statusCode === 401 && answer.headers['www-authenticate'] === undefined) {
        // Callers were identified here; a service that knows neither them nor us has another internal token. Only what one signs in
        // with is looked at behind it, and says so.
        await answer.body.dump();
        throw new Error(`${this.name} does not accept the internal token`);
      }
      const told = answer.headers['content-length'];
      const length = Number(told ?? Infinity);
      return {
        status: answer.statusCode,
        headers: answerHeaders(answer.headers),
        body: length <= SHORT ? Buffer.from(await answer.body.arrayBuffer()) : answer.body,
        ...(told !== undefined && (method === 'HEAD' || length > SHORT) && { length }),
        secret: answer.headers[INTERNAL.secret] !== undefined,
      };
    } catch (error) {
      // A body that broke off on its way in (too large, sender gone) is the sender's matter.
      if (error instanceof ProblemException || error instanceof SenderGoneError) throw error;
      this.log.warn({ err: error, service: this.name, method }, 'a service did not answer');
      throw unavailable();
    }
  }

  /** What reads alone is asked again where its connection ended under it: a service closes idle ones, and instances come and go. */
  private async request(asked: Asked): ReturnType<Pool['request']> {
    try {
      return await this.pool.request(asked);
    } catch (error) {
      if (!SAFE.has(asked.method) || !CUT_OFF.has(codeOf(error))) throw error;
      this.log.debug(
        { err: error, service: this.name },
        'a connection ended under a request, which is sent again',
      );
      return this.afresh.request(asked);
    }
  }

  /** Whether the service says that it is ready. @param late ends the question. @throws NotReadyError */
  async ready(late: AbortSignal): Promise<void> {
    const { statusCode, body } = await this.request({
      method: 'GET',
      path: '/health/ready',
      signal: late,
    });
    const { checks = {} } = (await body.json()) as { readonly checks?: Readonly<Record<string, string>> };
    if (statusCode === 200) return;
    const unusable = Object.keys(checks).filter((part) => checks[part] !== 'ok');
    throw new NotReadyError(`it says so itself: ${unusable.join(', ')}`);
  }

  /** To be called when all requests have been answered; connections that are still open are cut. */
  async close(): Promise<void> {
    await Promise.all([this.pool.destroy(), this.afresh.destroy()]);
  }
}
