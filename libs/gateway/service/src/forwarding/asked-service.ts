import {
  internalHeaders,
  ProblemException,
  unavailable,
  type Caller,
  type ProblemDetails,
} from '@smartkey/http';
import { readable } from '@smartkey/lifecycle';
import { readWhole } from '../front/answer.ts';
import type { OwnerPort } from './owner-request.ts';

/** What the gateway itself wants to know of a service, or wants done there. */
export interface Question {
  /** Of the internal surface mostly, with its query. */
  readonly path: string;
  /** Sent as JSON; with one it is a POST where nothing else is said. */
  readonly body?: object;
  readonly method?: 'GET' | 'POST';
  /** For whom it is asked; nobody: for the gateway itself. */
  readonly actor?: Caller | undefined;
  readonly commandId?: string | undefined;
  readonly repeatable?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds in which the answer must begin, where it is not the limit of every request to the service. */
  readonly timeout?: number;
  /** Longest answer that is read, in bytes (default 4 MiB). */
  readonly most?: number;
}

const MOST_BYTES = 4 * 1024 * 1024;

interface Told {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | undefined;
}

/**
 * A service as the gateway asks it by itself, for an answer of its own. What is no answer is the same to every caller: 503, ask again. That
 * is a service that cannot be reached or takes too long, an answer that is too long or no JSON, and one that says of itself that it failed.
 */
export class AskedService {
  constructor(
    private readonly owner: OwnerPort,
    private readonly token: string,
  ) {}

  /** @throws ProblemException 503 also where it refuses: nobody has asked but the gateway. */
  async answer<T>(question: Question): Promise<T> {
    const { status, body } = await this.#ask(question);
    if (status >= 300) throw unavailable();
    return body as T;
  }

  /** The same, of what may not be there. */
  async find<T>(question: Question): Promise<T | undefined> {
    const { status, body } = await this.#ask(question);
    if (status === 404) return undefined;
    if (status >= 300) throw unavailable();
    return body as T;
  }

  /** @throws ProblemException as the service refuses, to be told on to who has asked; 503 where it does not answer. */
  async answerOrRefusal<T>(question: Question): Promise<T> {
    const { status, body, retryAfter } = await this.#ask(question);
    if (status < 300) return body as T;
    if (status >= 500 && status !== 503) throw unavailable();
    const { code, detail, errors } = body as ProblemDetails;
    if (code === undefined) throw unavailable();
    throw new ProblemException(status, code, detail, {
      ...(errors !== undefined && { errors }),
      ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
    });
  }

  async #ask(question: Question): Promise<Told> {
    const { path, body, actor, commandId, repeatable, headers, timeout, most = MOST_BYTES } = question;
    const answer = await this.owner.send({
      method: question.method ?? (body === undefined ? 'GET' : 'POST'),
      target: path,
      headers: {
        ...internalHeaders({
          token: this.token,
          ...(actor !== undefined && { actor }),
          ...(commandId !== undefined && { commandId }),
          ...(repeatable !== undefined && { repeatable }),
        }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
      ...(timeout !== undefined && { timeout }),
    });
    const bytes = await readWhole(answer.body, most);
    const told =
      bytes === undefined
        ? undefined
        : bytes.length === 0
          ? {}
          : readable(() => JSON.parse(bytes.toString()) as unknown, 'SyntaxError');
    if (told === undefined || told === null) throw unavailable();
    return { status: answer.status, body: told, retryAfter: answer.headers['retry-after'] };
  }
}
