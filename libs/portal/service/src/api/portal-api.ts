import createClient, {
  type Client,
  type ClientPathsWithMethod,
  type MaybeOptionalInit,
  type MethodResponse,
  type Middleware,
} from 'openapi-fetch';
import { refusalOf, Refusal } from './refusal.ts';
import type { components, paths } from './surface.d.ts';

export type Schemas = components['schemas'];

type Surface = Client<paths>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks for one operation of the surface, with what its document wants. @throws Refusal where the surface says no. */
type Ask<Named extends Lowercase<Method>> = <
  Path extends ClientPathsWithMethod<Surface, Named>,
  Init extends MaybeOptionalInit<paths[Path], Named>,
>(
  path: Path,
  ...init: undefined extends Init ? [Init?] : [Init]
) => Promise<MethodResponse<Surface, Named, Path, Init>>;

/** The public surface as its document has it: each operation answers with what was asked for. */
export type PortalApi = { readonly [Each in Method]: Ask<Lowercase<Each>> } & {
  /** What is answered as a file, unread. */
  readonly files: Pick<Surface, 'GET'>;
};

/** Whom the portal speaks for on the public surface. */
export interface Caller {
  /** The surface's base URL. */
  readonly url: string;
  /** Passed on as the bearer. */
  readonly session?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Consistency tokens of earlier writes, for reads to wait for. */
  readonly seen?: string | undefined;
  /** Of the form that was sent: what is written carries it, unless it says another. One press is one command. */
  readonly press?: string | undefined;
  /** Hears of the token of each write. */
  readonly onWrite?: (token: string) => void;
}

/** So long may the surface take for an answer, in milliseconds. */
const PATIENCE = 50_000;

/** A client of the public surface, for one caller. */
export function portalApi({ url, session, headers, seen, press, onWrite }: Caller): PortalApi {
  const api = createClient<paths>({
    baseUrl: url,
    headers: { ...headers, ...(session !== undefined && { authorization: `Bearer ${session}` }) },
    fetch: (request: Request) => reach(request),
  });
  const carried: Middleware = {
    onRequest: ({ request }) => {
      if (request.method === 'GET') {
        if (seen !== undefined) request.headers.set('consistency-token', seen);
      } else if (press !== undefined && !request.headers.has('idempotency-key'))
        request.headers.set('idempotency-key', press);
      return request;
    },
    onResponse: ({ request, response }) => {
      const token = response.headers.get('consistency-token');
      if (token !== null && request.method !== 'GET') onWrite?.(token);
      return undefined;
    },
  };
  api.use(carried);
  const asking = (ask: (path: never, init: never) => Promise<Told>) =>
    ((path: never, init: never) => answerOf(ask(path, init))) as never;
  const file = (path: never, init: object = {}) => api.GET(path, { ...init, parseAs: 'stream' } as never);
  return {
    GET: asking(api.GET),
    POST: asking(api.POST),
    PUT: asking(api.PUT),
    PATCH: asking(api.PATCH),
    DELETE: asking(api.DELETE),
    files: { GET: file as never },
  };
}

interface Told {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

async function answerOf(asked: Promise<Told>): Promise<unknown> {
  const { data, error, response } = await asked;
  if (!response.ok) throw refusalOf(response, error);
  return data;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE), redirect: 'manual' });
  } catch (error) {
    throw new Refusal(503, 'unreachable', `the public surface did not answer: ${String(error)}`);
  }
}

/** The same, and nothing where it is not there or not theirs to see. */
export async function orNothing<Data>(asked: Promise<Data>): Promise<Data | undefined> {
  try {
    return await asked;
  } catch (error) {
    const askedFirst = error instanceof Refusal && error.code === 'opening-reason-needed';
    if (error instanceof Refusal && [403, 404, 409].includes(error.status) && !askedFirst) return undefined;
    throw error;
  }
}
