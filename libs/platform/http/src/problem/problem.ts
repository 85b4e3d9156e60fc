/** One broken field or rule. */
export interface FieldError {
  /** JSON pointer (RFC 6901) into the body, or `/<name>` of a query or path parameter; empty for the whole. */
  readonly pointer: string;
  /** The article of the terms, or the name of the check, kebab-case: `第6条`, `unknown-field`, `max-length`. */
  readonly rule: string;
  readonly detail: string;
}

/** The body of every refusal: RFC 9457 problem details, `application/problem+json`. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable, machine-readable, kebab-case. */
  readonly code: string;
  readonly errors?: readonly FieldError[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A refusal on its way to the caller. `detail` and `errors` never carry a rejected value or a secret. */
export class ProblemException extends Error {
  override readonly name = 'ProblemException';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly more: {
      readonly errors?: readonly FieldError[] | undefined;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(`${status} ${code}`);
  }

  get details(): ProblemDetails {
    return {
      type: `urn:smartkey:problem:${this.code}`,
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      code: this.code,
      ...(this.more.errors !== undefined && this.more.errors.length > 0 && { errors: this.more.errors }),
    };
  }
}
