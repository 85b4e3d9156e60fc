import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { INTERNAL } from '@smartkey/http';
import type { Answer } from '../front/answer.ts';
import { answerHeaders, type OwnerPort, type OwnerRequest } from './owner-request.ts';

/** The gateway's own routes: a Nest application like any service's, called in the process instead of over a wire. */
export class OwnRoutes implements OwnerPort {
  constructor(private readonly app: NestFastifyApplication) {}

  async send({ method, target, headers, body }: OwnerRequest): Promise<Answer> {
    const answer = await this.app.inject({
      method: method as 'GET',
      url: target,
      headers,
      ...(body !== undefined && { payload: body }),
      payloadAsStream: true,
    });
    const stream = answer.stream() as Readable;
    return {
      status: answer.statusCode,
      headers: answerHeaders(answer.headers),
      body: stream,
      secret: answer.headers[INTERNAL.secret] !== undefined,
    };
  }
}
