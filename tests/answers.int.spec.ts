import { describe, expect, it } from '@jest/globals';
import { Answers } from '../scripts/answers.mjs';

const answers = new Answers('tests/support/answers.fixture.ts').of('tests/support');

describe('the shape of an answer follows from the type that its method returns', () => {
  it('ids, days, months, numbers, words, what may be null or missing, maps, and whatever', () => {
    const { schema, schemas } = answers('Things.make', '200');
    expect(schema).toEqual({ $ref: '#/components/schemas/Thing' });
    const day = { type: 'string', format: 'date', example: '2018-01-31' };
    expect(schemas['Thing']).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', example: 'rid_01k7x2m4q9r8s5t6v3w0y1z2a4' },
        count: { type: 'integer' },
        state: { type: 'string', enum: ['new', 'old', 'gone'] },
        lastDay: { ...day, description: 'The last day.', nullable: true },
        at: { type: 'string', format: 'date-time', example: '2018-01-31T15:00:00.000Z' },
        owner: { $ref: '#/components/schemas/Owner' },
        former: {
          type: 'object',
          properties: { name: { type: 'string' } },
          required: ['name'],
          description: 'Who had it before.',
          nullable: true,
        },
        byMonth: { type: 'object', additionalProperties: { type: 'integer' } },
        words: {},
        note: { type: 'string', description: 'Written by hand, over two lines.', example: 'so' },
        keys: { type: 'array', items: { type: 'string', example: 'key_01k7x2m4q9r8s5t6v3w0y1z2a4' } },
      },
      required: ['id', 'count', 'state', 'lastDay', 'at', 'owner', 'former', 'byMonth', 'words', 'keys'],
    });
    expect(schemas['Owner']).toMatchObject({ description: 'Somebody.', required: ['name'] });
  });

  it('a status that is not the route’s own, by its body', () => {
    expect(answers('Things.make', '202').schemas['Proposal']).toMatchObject({ required: ['approval'] });
  });

  it('a page, and one of several bodies', () => {
    expect(answers('Things.list', '200').schema).toMatchObject({
      properties: {
        items: { type: 'array', items: { $ref: '#/components/schemas/Owner' } },
        nextCursor: { type: 'string', nullable: true },
      },
    });
    expect(answers('Things.either', '200').schema).toEqual({
      oneOf: [{ $ref: '#/components/schemas/Owner' }, { $ref: '#/components/schemas/Proposal' }],
    });
  });

  it.each(['vague', 'untold'])('a method that does not say is refused: %s', (method) => {
    expect(() => answers(`Things.${method}`, '200')).toThrow('does not say by the type it returns');
  });
});
