import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { portalControllers } from './portal.controllers.ts';
import { ACCESS, WEIGHTY } from './visit/access.decorator.ts';
import { liesBehindReason } from './visit/behind-reason.ts';

interface Route {
  readonly method: RequestMethod;
  readonly path: string;
  readonly access: unknown;
  readonly weighty: boolean;
}

/** All routes, as Nest reads them. */
function routes(controllers: typeof portalControllers = portalControllers): readonly Route[] {
  return controllers.flatMap((controller) => {
    const at = [Reflect.getMetadata('path', controller) as string | readonly string[]].flat();
    const prototype = controller.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name]!;
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const own = Reflect.getMetadata('path', handler) as string;
      const access: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
      const weighty = Reflect.getMetadata(WEIGHTY, handler) === true;
      return at.map((each) => {
        const path = `/${each}/${own}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
        return { method, path, access, weighty };
      });
    });
  });
}

/** As the table has it: a parameter by braces, whatever its name. */
const inTable = (path: string): string =>
  path
    .replace(/^\/portal/, '')
    .replace(/^\/contracts\/:contract/, '…')
    .replace(/:\w+/g, '{}') || '/';

describe('the screens', () => {
  it('have a row each in the document, and no row is without its screen', () => {
    const document = readFileSync(join(import.meta.dirname, '../../../../docs/portal.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `([^`]+)` +\|.*\|.*\|.*\|.*\|/gm)]
      .map(([, path]) => path!.replace(/\{\w+\}/g, '{}'))
      .filter((path) => /^[/…]/.test(path));
    const screens = routes()
      .filter(({ method, path }) => method === RequestMethod.GET && !path.startsWith('/portal/assets'))
      .map(({ path }) => inTable(path));
    expect([...new Set(screens)].sort()).toEqual([...new Set(rows)].sort());
  });

  it('say each whom they are for', () => {
    expect(routes().filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('of a contract’s users are opened for a reason alone by people of the operator’s side, forms before they are shown', () => {
    const made = readFileSync(join(import.meta.dirname, 'portal.controllers.ts'), 'utf8');
    const ofUsers = [...made.matchAll(/import \{ (\w+) \} from '\.\/journeys\/ids\//g)].map(
      ([, name]) => name!,
    );
    const paths = portalControllers
      .filter(({ name }) => ofUsers.includes(name))
      .flatMap((controller) => routes([controller]))
      .map(({ path }) => path)
      .filter((path) => path.startsWith('/portal/contracts/'));
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter((path) => !liesBehindReason(path))).toEqual([]);
    expect(liesBehindReason('/portal/contracts/ctr_1/opening')).toBe(false);
  });

  it('are taken by whom they are shown to, and weigh the same both times', () => {
    const all = routes();
    const pairs = all
      .filter(({ method }) => method === RequestMethod.POST)
      .flatMap((sent) => {
        const shown = all.find(({ method, path }) => method === RequestMethod.GET && path === sent.path);
        return shown === undefined ? [] : [{ sent, shown }];
      });
    expect(pairs.length).toBeGreaterThan(30);
    for (const { sent, shown } of pairs) expect({ ...sent, method: shown.method }).toEqual(shown);
  });
});
