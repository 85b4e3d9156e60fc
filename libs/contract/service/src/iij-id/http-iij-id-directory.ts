import { Agent, request } from 'undici';
import { IijIdDirectoryUnavailableError, type IijIdDirectory } from './iij-id-directory.ts';

/** An answer is whole by then, in milliseconds. */
const TIMEOUT_MILLIS = 5_000;
/** `{"active": true}` and whatever else the directory says of a contract. */
const LONGEST_ANSWER = 64 * 1024;
const AT_ONCE = 8;

interface DirectoryAnswer {
  readonly status: number;
  readonly text: string;
}

/** Another contract's address, or none at all: whatever it is coded as, a URL takes it for a way up. */
const isNoStep = (id: string): boolean => id === '' || id === '.' || id === '..';

/**
 * Asks a directory over HTTP: `GET <url>/contracts/<id>` → 200 `{"active": true|false}`; 404 for one it does not know, which is
 * not active. The id is one step of the path, whatever it holds. Redirects are not followed: the token is for this directory.
 */
export class HttpIijIdDirectory implements IijIdDirectory {
  readonly source = 'http';
  readonly #agent = new Agent({
    connect: { timeout: TIMEOUT_MILLIS },
    connections: AT_ONCE,
    maxResponseSize: LONGEST_ANSWER,
  });

  constructor(
    private readonly url: string,
    private readonly token?: string,
    private readonly timeoutMillis = TIMEOUT_MILLIS,
  ) {}

  async activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const active = new Set<string>();
    for (let from = 0; from < ids.length; from += AT_ONCE)
      await Promise.all(
        ids.slice(from, from + AT_ONCE).map(async (id) => {
          if (await this.#isActive(id)) active.add(id);
        }),
      );
    return active;
  }

  async #isActive(id: string): Promise<boolean> {
    if (isNoStep(id)) return false;
    const { status, text } = await this.#ask(id);
    if (status === 404) return false;
    const active = status === 200 ? (parsed(text) as { active?: unknown } | null)?.active : undefined;
    if (typeof active !== 'boolean')
      throw new IijIdDirectoryUnavailableError(`the directory of IIJ ID contracts answered ${status}`);
    return active;
  }

  async #ask(id: string): Promise<DirectoryAnswer> {
    try {
      const answer = await request(`${this.url}/contracts/${encodeURIComponent(id)}`, {
        headers: {
          accept: 'application/json',
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        },
        signal: AbortSignal.timeout(this.timeoutMillis),
        dispatcher: this.#agent,
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      throw new IijIdDirectoryUnavailableError('the directory of IIJ ID contracts cannot be reached', {
        cause: error,
      });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IijIdDirectoryUnavailableError(
      'the directory of IIJ ID contracts answered what cannot be read',
      {
        cause: error,
      },
    );
  }
}
