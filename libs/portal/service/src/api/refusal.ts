/** A field that the surface found fault with. */
export interface Fault {
  /** JSON pointer into the body, or /name of a parameter. */
  readonly pointer: string;
  /** An article of the terms, or the name of a check. */
  readonly rule: string;
  readonly detail: string;
}

/** The public surface said no (RFC 9457). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    /** Stable, for programs. */
    readonly code: string,
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
    /** Seconds, where the surface names them. */
    readonly retryAfter?: number,
  ) {
    super(`${status} ${code}`);
  }
}

interface Problem {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly errors?: readonly Fault[];
}

/** @param body what came with it, problem details or anything else. */
export function refusalOf(response: Response, body: unknown): Refusal {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const wait = Number(response.headers.get('retry-after') ?? NaN);
  return new Refusal(
    response.status,
    typeof problem.code === 'string' ? problem.code : 'unknown',
    typeof problem.detail === 'string' ? problem.detail : '',
    Array.isArray(problem.errors) ? problem.errors : [],
    Number.isFinite(wait) ? wait : undefined,
  );
}
