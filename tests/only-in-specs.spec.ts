import { describe, expect, it } from '@jest/globals';
import { onlyInSpecs } from '../scripts/only-in-specs.mjs';

const SHIPPED = 'libs/a/src/a.ts';
const found = (shipped: string, others: Readonly<Record<string, string>> = {}): readonly string[] =>
  onlyInSpecs(Object.entries({ [SHIPPED]: shipped, ...others }).map(([path, text]) => ({ path, text })));

describe('what shipped code declares', () => {
  it.each([
    ['an exported function', 'export function one() {}', 'one();'],
    ['an exported constant', 'export const one = 1;', 'expect(one).toBe(1);'],
    ['an exported class', 'export class One {}', 'new One();'],
    ['a method', 'class A { one() {} }', 'a.one();'],
    ['a method of a port', 'interface A { one(): void }', 'a.one();'],
    ['a getter', 'class A { get one() { return 1; } }', 'a.one;'],
  ])('is refused where only a spec uses it: %s', (_what, shipped, spec) => {
    expect(found(shipped, { 'libs/a/src/a.spec.ts': spec })).toEqual([
      expect.stringMatching(/^libs\/a\/src\/a\.ts:1 one: only specs use it$/i),
    ]);
  });

  it.each([
    ['the workbench', 'libs/workbench/testing/src/b.ts'],
    ['a fixture', 'libs/a/src/testing/b.fixture.ts'],
    ['a suite that adapters share', 'libs/a/src/b.contract.ts'],
    ['a test of the whole', 'apps/e2e/src/b.ts'],
  ])('is refused where only %s uses it', (_what, path) => {
    expect(found('export const one = 1;', { [path]: 'one;' })).toHaveLength(1);
  });

  it('is taken where shipped code or a script uses it, also under another name', () => {
    const one = 'export const one = 1;';
    expect(found(`${one} one;`)).toEqual([]);
    expect(found(one, { 'apps/a/src/b.ts': "import { one as two } from '@smartkey/a';" })).toEqual([]);
    expect(found(one, { 'scripts/b.mjs': 'one;' })).toEqual([]);
    expect(
      found('class A { one() {} }', { 'libs/b/src/b.ts': "{ const { one } = a; call('one'); }" }),
    ).toEqual([]);
  });

  it('is taken where a framework calls it: what is decorated or overridden', () => {
    expect(found('class A { @Get() one() {} override two() {} canActivate() {} }')).toEqual([]);
  });
});

describe('an option', () => {
  it('is refused where nobody gives it', () => {
    expect(found('interface AOptions { readonly one?: number } use(options.one);')).toEqual([
      'libs/a/src/a.ts:1 one: nobody gives it',
    ]);
  });

  it('is taken where somebody does, if only a spec', () => {
    const shipped = 'interface AOptions { readonly one?: number }';
    expect(found(shipped, { 'libs/a/src/a.spec.ts': 'open({ one: 1 });' })).toEqual([]);
    expect(found('interface Shape { readonly one?: number }')).toEqual([]);
  });
});
