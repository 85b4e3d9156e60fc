import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { Readable } from 'node:stream';
import { answerNotModified, isHeld } from './not-modified.ts';

describe('what a caller holds already', () => {
  it.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", "abc"', true],
    ['"x","abc","y"', true],
    [' * ', true],
    ['"abcd"', false],
    ['abc', false],
    ['"x", *', false],
    ['', false],
    [undefined, false],
  ])('If-None-Match: %s', (header, held) => expect(isHeld(header, '"abc"')).toBe(held));
});

describe('a read that answers with an entity tag', () => {
  const serve = async (method: 'GET' | 'POST', status: number, header: string) => {
    const server = fastify();
    answerNotModified(server);
    const read: string[] = [];
    const parts = function* () {
      read.push('first');
      yield 'bytes';
    };
    server.route({
      method,
      url: '/file',
      handler: (_request, reply) =>
        reply
          .code(status)
          .headers({ etag: '"abc"', 'content-type': 'application/pdf', 'content-length': '5' })
          .send(Readable.from(parts())),
    });
    const answer = await server.inject({ method, url: '/file', headers: { 'if-none-match': header } });
    await server.close();
    return { answer, read };
  };

  it('is 304 without bytes, which nobody reads, for whoever holds them', async () => {
    const { answer, read } = await serve('GET', 200, '"abc"');
    expect([answer.statusCode, answer.body, answer.headers.etag, answer.headers['content-type']]).toEqual([
      304,
      '',
      '"abc"',
      undefined,
    ]);
    expect(read).toEqual([]);
  });
  it.each([
    ['GET', 200, '"other"'],
    ['GET', 503, '"abc"'],
    ['POST', 200, '"abc"'],
  ] as const)('answers %s %d to %s with its bytes', async (method, status, header) => {
    const { answer } = await serve(method, status, header);
    expect([answer.statusCode, answer.body]).toEqual([status, 'bytes']);
  });
});
