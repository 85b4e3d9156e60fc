import type { OpenAPIObject } from '@nestjs/swagger';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

interface Response {
  readonly description: string;
  readonly content: typeof PROBLEM;
  readonly headers?: Record<string, { description: string; schema: { type: 'integer' } }>;
}

export const refusal = (description: string): Response => ({ description, content: PROBLEM });

const comeAgain = (description: string): Response => ({
  ...refusal(description),
  headers: {
    'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
  },
});

interface Refusal {
  /** Its name among the document's shared responses. */
  readonly name: string;
  readonly response: Response;
  /** The operations that can answer it; all where it is missing. */
  readonly of?: (path: string, method: string) => boolean;
}

const isNamed = (path: string): boolean => path.includes('{');
const isWrite = (_path: string, method: string): boolean => method !== 'get';

/** What operations answer without saying so: refusals of the gate, of Node.js and the frameworks, and of the checks that all share. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: {
    name: 'Unreadable',
    response: refusal('The request cannot be read: its address, a header or the syntax of its body.'),
  },
  401: { name: 'Unauthenticated', response: refusal('No valid key.') },
  403: { name: 'Forbidden', response: refusal('The role may not.') },
  404: {
    name: 'NotFound',
    response: refusal('There is nothing at this address for this credential.'),
    of: isNamed,
  },
  408: { name: 'RequestTimeout', response: refusal('The request did not arrive in time.') },
  409: {
    name: 'Conflict',
    response: refusal(
      'The state does not allow it, another request changed it meanwhile, or the first with this Idempotency-Key is still under way.',
    ),
    of: isWrite,
  },
  413: { name: 'ContentTooLarge', response: refusal('The body is too large.'), of: isWrite },
  414: { name: 'AddressTooLong', response: refusal('The address is too long.') },
  415: {
    name: 'UnsupportedMediaType',
    response: refusal('A body of this type or coding is not accepted here.'),
    of: isWrite,
  },
  422: {
    name: 'Unprocessable',
    response: refusal('A field, a parameter or a rule is broken; errors name it.'),
  },
  429: { name: 'TooManyRequests', response: comeAgain('Too many requests; see Retry-After.') },
  431: { name: 'HeadersTooLarge', response: refusal('The header fields are too large.') },
  503: { name: 'Unavailable', response: comeAgain('A part is down; nothing was decided.') },
};

/**
 * Adds to each operation the refusals that it can answer without saying so itself. What a route says of a status in its own
 * words stays.
 */
export function documentRefusals(document: OpenAPIObject): OpenAPIObject {
  const shared: Record<string, Response> = {};
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      for (const [status, { name, response, of }] of Object.entries(REFUSALS)) {
        if (operation.responses[status] !== undefined || of?.(path, method) === false) continue;
        operation.responses[status] = { $ref: `#/components/responses/${name}` };
        shared[name] = response;
      }
    }
  document.components = {
    ...document.components,
    responses: { ...document.components?.responses, ...shared },
  };
  return document;
}
