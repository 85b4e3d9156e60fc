import type { Right } from '@smartkey/kernel';
import { applyDecorators, HttpCode, RequestMapping, RequestMethod, type Type } from '@nestjs/common';
import type { ApiHeaderOptions, ApiResponseOptions, OpenAPIObject } from '@nestjs/swagger';
import {
  Allow,
  AskOfPeople,
  OfContract,
  OpenToAll,
  type AskedOfPeople,
  type PublicRole,
} from '../security/allow.decorator.ts';
import { CarriesSecret } from './carries-secret.decorator.ts';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
} from './described-later.ts';
import { refusal } from './refusals.ts';

/** A schema of OpenAPI 3.0, as it stands in the document. */
export type Schema = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string],
  { $ref: string }
>;

type Shape = Type<object> | Schema;

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type VerbAndPath = Verb | `${Verb} ${string}`;

/** Whoever signs in, with a key or as a person. */
export const EVERYBODY: readonly PublicRole[] = [
  'operator',
  'contractor',
  'service-provider',
  'finance',
  'auditor',
];

/** Who acts in a contract, `id` in the path: the operator, or one of its people who has the right. */
export const inContract = (right: Right): Required<Pick<RouteOptions, 'roles' | 'right' | 'contract'>> => ({
  roles: ['operator', 'contractor'],
  right,
  contract: 'id',
});

export interface RouteOptions extends AskedOfPeople {
  /** One line; what the call does. */
  readonly summary: string;
  readonly description?: string;
  /** Who may call; `anybody` for what needs no credential. */
  readonly roles: readonly PublicRole[] | 'anybody';
  /** The path parameter that holds a contract id which a bound key must own, `id` mostly. */
  readonly contract?: string;
  /** The JSON body: a form class or, for `@SchemaBody`, its schema. */
  readonly body?: Shape;
  /** The body may be left out. */
  readonly bodyOptional?: boolean;
  /** The body is `text/csv` with these columns. */
  readonly csvBody?: string;
  /** The answer is this type instead of JSON, or may be by `Accept`: `text/csv`. */
  readonly produces?: readonly string[];
  /** Default 200. */
  readonly status?: number;
  /** Answers beside that one, by status: what it means. The method's return type tells their shapes (`Written<Body, 202>`). */
  readonly also?: Readonly<Record<number, string>>;
  /** A write: Idempotency-Key and If-Match are taken, ETag and Consistency-Token answered. */
  readonly write?: boolean;
  /** A read of bytes that have an ETag: If-None-Match is taken, and may be answered 304. */
  readonly conditional?: boolean;
  /** A read that honours Consistency-Token. */
  readonly consistent?: boolean;
  /** The answer carries a secret: never cached, stored for repeats only sealed and briefly. */
  readonly secret?: boolean;
  /**
   * Refusals that the route has of its own, or says better than `documentRefusals` does for all: `{ 409: 'Accepted already.' }`.
   */
  readonly errors?: Readonly<Record<number, string>>;
}

const isClass = (shape: Shape): shape is Type<object> => typeof shape === 'function';
const schemaOf = (shape: Shape): { type: Type<object> } | { schema: Schema } =>
  isClass(shape) ? { type: shape } : { schema: shape };

const header = (name: string, description: string, form: object): ApiHeaderOptions => ({
  name,
  description,
  required: false,
  schema: { type: 'string', ...form },
});

const WRITE_HEADERS = [
  header(
    'Idempotency-Key',
    '1 to 128 visible ASCII characters; the same key and request give the stored answer.',
    { pattern: '^[\\x21-\\x7e]{1,128}$' },
  ),
  header('If-Match', 'The ETag that the resource must still have.', { pattern: '^("\\d{1,9}"|\\*)$' }),
];
const NONE_MATCH_HEADER = header('If-None-Match', 'ETags of bytes that the caller holds already.', {});
const TOKEN_HEADER = header(
  'Consistency-Token',
  'From a write, or several of them with commas between: the read waits until it shows that write.',
  { pattern: '^[\\w-]+(,[\\w-]+){0,7}$' },
);
const ANSWER_HEADERS = {
  ETag: { description: 'Revision of the resource.', schema: { type: 'string' as const } },
  'Consistency-Token': {
    description: 'Send it with a read to see this write.',
    schema: { type: 'string' as const },
  },
};

/** Stands for the shape of an answer, which the document takes from the type that the method returns. */
const BY_TYPE: object = { 'x-by-type': true };

function answerOf(options: RouteOptions): MethodDecorator {
  const { summary, produces, write = false, status = 200 } = options;
  const isFile = produces !== undefined && !produces.includes('application/json');
  return ApiResponse({
    status,
    description: summary,
    ...(write && { headers: ANSWER_HEADERS }),
    schema: isFile ? { type: 'string', format: 'binary' } : BY_TYPE,
  });
}

/** Who may, as the guard reads it and as the document says it for programs. */
function accessOf({ roles, right, own, personsOnly, stepUp }: RouteOptions): MethodDecorator[] {
  if (roles === 'anybody') return [OpenToAll(), ApiExtension('x-roles', [])];
  return [
    Allow(...roles),
    AskOfPeople({ right, own, personsOnly, stepUp }),
    ApiExtension('x-roles', [...roles]),
    ...(right === undefined ? [] : [ApiExtension('x-right', right)]),
    ...(own === true ? [ApiExtension('x-own', true)] : []),
    ...(personsOnly === true ? [ApiExtension('x-persons-only', true)] : []),
    ...(stepUp === true ? [ApiExtension('x-step-up', true)] : []),
    ApiBearerAuth('key'),
  ];
}

function accessInWords({ roles, right, personsOnly, stepUp }: RouteOptions): string {
  if (roles === 'anybody') return 'No credential is needed.';
  return [
    `Roles: ${roles.join(', ')}.`,
    right !== undefined && `A person of a contract needs the right \`${right}\`.`,
    personsOnly === true && 'Only people may, no keys.',
    stepUp === true && 'A session must have been verified within five minutes (`POST /v1/step-up`).',
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * A route of the public surface: where it is, who may, and what goes in. What comes out its method says, by the type that it returns
 * (`npm run openapi`).
 * @param at the verb, and the path below the controller's own: `GET`, `POST :id/retry`.
 */
export function Route(at: VerbAndPath, options: RouteOptions): MethodDecorator {
  const { contract, body, bodyOptional = false, csvBody, produces, write, status = 200 } = options;
  const [verb, path = ''] = at.split(' ') as [Verb, string?];
  const decorators: MethodDecorator[] = [
    RequestMapping({ method: RequestMethod[verb], path }),
    ...accessOf(options),
    HttpCode(status),
    ApiOperation({
      summary: options.summary,
      description: [options.description, accessInWords(options)].filter(Boolean).join('\n\n'),
      ...(options.roles === 'anybody' && { security: [] }),
    }),
    answerOf(options),
  ];
  if (contract !== undefined) decorators.push(OfContract(contract));
  if (body !== undefined)
    decorators.push(ApiBody({ ...schemaOf(body), required: !bodyOptional } as Parameters<typeof ApiBody>[0]));
  if (csvBody !== undefined)
    decorators.push(
      ApiConsumes('text/csv'),
      ApiBody({ schema: { type: 'string', format: 'binary', description: csvBody } }),
    );
  if (produces !== undefined) decorators.push(ApiProduces(...produces));
  if (write === true) decorators.push(...WRITE_HEADERS.map((each) => ApiHeader(each) as MethodDecorator));
  if (options.conditional === true)
    decorators.push(
      ApiHeader(NONE_MATCH_HEADER) as MethodDecorator,
      ApiResponse({ status: 304, description: 'The caller holds the file already.' }),
    );
  if (options.consistent === true) decorators.push(ApiHeader(TOKEN_HEADER) as MethodDecorator);
  if (options.secret === true) decorators.push(CarriesSecret());
  for (const [code, description] of Object.entries(options.also ?? {}))
    decorators.push(
      ApiResponse({
        status: Number(code),
        description,
        // Beside a file too, which alone has a type of its own.
        content: { 'application/json': { schema: BY_TYPE } },
        ...(write === true && { headers: ANSWER_HEADERS }),
      }),
    );
  for (const [code, description] of Object.entries(options.errors ?? {}))
    decorators.push(ApiResponse({ status: Number(code), ...refusal(description) } as ApiResponseOptions));
  return applyDecorators(...decorators);
}
