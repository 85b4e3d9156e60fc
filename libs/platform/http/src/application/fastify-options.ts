import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, ProblemException } from '../problem/problem.ts';
import { unreadable } from '../problem/problems.ts';
import { problemOfError } from '../problem/problem-of-error.ts';
import { sendProblem } from './send-problem.ts';

/** A caller whose answer was refused for good may read it for so long, in milliseconds; then the connection goes. */
const LINGER = 1_000;

const REQUEST_ID = /^[\w.-]{8,64}$/;

/** Answers what never became a request (HTTP that cannot be parsed, headers too large), and closes. */
function answerBrokenConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new ProblemException(431, 'headers-too-large', 'The header fields are too large.')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new ProblemException(408, 'request-timeout', 'The request did not arrive in time.')
        : unreadable('malformed-request', 'The request cannot be read.');
  const body = JSON.stringify(problem.details);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Our side is ended by that; the caller may never close the other.
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** How every Fastify of ours is set up: limits, request ids, problems for what goes wrong before any route. */
export const fastifyOptions = (jsonLimit: number) =>
  ({
    bodyLimit: jsonLimit,
    logger: false,
    requestIdHeader: false,
    /** The caller's X-Request-Id where it is harmless, else a new one. */
    genReqId: (request: IncomingMessage): string => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // What has just arrived is answered while the process winds down (`closeGracefully`).
    return503OnClosing: false,
    keepAliveTimeout: 72_000,
    requestTimeout: 120_000,
    // What has shown no headers after 10 s, or no whole request after 120, is looked for every other second.
    // A host is asked for by `answerInPlaceOfNode`, whose refusal is a problem.
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply): void => {
      sendProblem(reply, problemOfError(error, jsonLimit));
    },
  }) as const;
