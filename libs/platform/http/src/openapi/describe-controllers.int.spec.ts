import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Injectable, Param, Query, Get } from '@nestjs/common';
import {
  describeControllers,
  InternalController,
  IsNested,
  IsText,
  IsYenText,
  Route,
  PageQuery,
} from '../index.ts';

class OwnerForm {
  @IsText({ max: 10 })
  name!: string;
}
class ThingForm {
  @IsYenText({ description: 'A month.' })
  fee!: string;
  @IsNested(() => OwnerForm, { optional: true })
  owner?: OwnerForm;
}
class ThingQuery extends PageQuery {
  @IsText({ max: 10, optional: true })
  name?: string;
}

@Injectable()
class NeverBuilt {
  constructor() {
    throw new Error('a description constructs nothing');
  }
}

@Controller('v1/contracts/:id/things')
class ThingController {
  constructor(readonly dependency: NeverBuilt) {}

  @Route('POST', {
    summary: 'Makes a thing',
    roles: ['operator'],
    contract: 'id',
    body: ThingForm,
    status: 201,
    write: true,
    secret: true,
    errors: { 409: 'There is one.' },
  })
  make(@Param('id') _id: string, @Body() form: ThingForm): object {
    return form;
  }

  @Route('GET', {
    summary: 'Lists things',
    roles: ['operator', 'auditor'],
    consistent: true,
  })
  list(@Query() query: ThingQuery): object {
    return query;
  }
}

@Controller('v1/open')
class OpenController {
  @Route('GET', { summary: 'Says something', roles: ['operator'] })
  say(): object {
    return {};
  }
}

@InternalController('things')
class InternalThingController {
  @Get()
  all(): object {
    return {};
  }
}

describe('describeControllers', () => {
  it('tells form, refusals, headers and roles of each route, and nothing internal', async () => {
    const { paths, components } = await describeControllers([ThingController, InternalThingController]);
    expect(Object.keys(paths)).toEqual(['/v1/contracts/{id}/things']);
    const { post, get } = paths['/v1/contracts/{id}/things']!;
    expect(post).toMatchObject({
      summary: 'Makes a thing',
      'x-roles': ['operator'],
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingForm' } } },
      },
      responses: {
        201: {
          headers: { ETag: {}, 'Consistency-Token': {} },
          content: { 'application/json': {} },
        },
        409: {
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    });
    const names = (operation: typeof post): unknown[] =>
      (operation!.parameters as { name: string; in: string }[])
        .map((each) => `${each.in} ${each.name}`)
        .sort();
    expect(names(post)).toEqual(['header Idempotency-Key', 'header If-Match', 'path id']);
    expect(names(get)).toEqual(['header Consistency-Token', 'query cursor', 'query limit', 'query name']);
    expect(components!.schemas!['ThingForm']).toMatchObject({ required: ['fee'] });
    expect(components!.schemas!['OwnerForm']).toBeDefined();
  });

  it('tells every refusal that a route can answer, its own in its own words', async () => {
    const { paths, components } = await describeControllers([ThingController]);
    const { post, get } = paths['/v1/contracts/{id}/things']!;
    const always = ['400', '401', '403', '404', '408', '414', '422', '429', '431', '503'];
    expect(Object.keys(get!.responses)).toEqual(['200', ...always].sort());
    expect(Object.keys(post!.responses)).toEqual(['201', ...always, '409', '413', '415'].sort());
    expect(post!.responses['409']).toMatchObject({ description: 'There is one.' });
    expect(post!.responses['413']).toEqual({ $ref: '#/components/responses/ContentTooLarge' });
    expect(components!.responses!['Unavailable']).toMatchObject({
      headers: { 'Retry-After': {} },
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(
      (await describeControllers([OpenController])).paths['/v1/open']!.get!.responses,
    ).not.toHaveProperty('404');
  });
});
