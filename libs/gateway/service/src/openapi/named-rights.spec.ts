import { describe, expect, it } from '@jest/globals';
import { readOpenApiDocument } from './document.ts';

interface Described {
  readonly 'x-roles': readonly string[];
  readonly 'x-right'?: string;
  /** It is about whoever calls: every person may. */
  readonly 'x-own'?: boolean;
  readonly operationId: string;
}

describe('the rights of people of a contract', () => {
  it('every route that they may call names one, and every read of it is `read` but of keys and people', async () => {
    const { paths } = JSON.parse(await readOpenApiDocument()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
    };
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({ path, method, ...operation })),
      );
    const open = routes.filter((route) => route['x-roles'].includes('contractor') && route['x-own'] !== true);
    expect(open.length).toBeGreaterThan(40);
    expect(
      open.filter((route) => route['x-right'] === undefined).map(({ operationId }) => operationId),
    ).toEqual([]);
    const reads = open.filter(({ method }) => method === 'get');
    const administered = reads.filter((route) => /(?<!audit)\/(keys|people)\b/.test(route.path));
    expect(new Set(administered.map((route) => route['x-right']))).toEqual(new Set(['administer']));
    const others = reads.filter(
      (route) => !/\/(keys|people|openings|authentications|enrolment-links)\b/.test(route.path),
    );
    expect(new Set(others.map((route) => route['x-right']))).toEqual(new Set(['read']));
  });
});
