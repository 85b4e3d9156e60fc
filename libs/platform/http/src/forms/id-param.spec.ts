import { describe, expect, it } from '@jest/globals';
import { Controller, Get, type PipeTransform } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { ContractId } from '@smartkey/kernel';
import { notFoundProblem } from '../problem/problems.ts';
import { IdParam } from './id-param.ts';

@Controller()
class Sample {
  @Get()
  show(@IdParam('id', 'ctr') id: ContractId): ContractId {
    return id;
  }
}

const [told] = Object.values(
  Reflect.getMetadata(ROUTE_ARGS_METADATA, Sample, 'show') as Record<
    string,
    { readonly data: string; readonly pipes: readonly [PipeTransform<string, string>] }
  >,
);
const read = (text: string): string => told!.pipes[0].transform(text, { type: 'param' });

describe('an id in a path', () => {
  it('is what has the form', () => {
    const id = `ctr_${'0'.repeat(26)}`;
    expect(told!.data).toBe('id');
    expect(read(id)).toBe(id);
  });

  it.each(['ctr_1', `rid_${'0'.repeat(26)}`, `ctr_${'0'.repeat(25)}\n`, ''])(
    'is unknown as "%s", like one that nobody has',
    (text) => {
      expect(() => read(text)).toThrow(notFoundProblem());
    },
  );

  it('is text in the document', () => {
    expect(Reflect.getMetadata('design:paramtypes', Sample.prototype, 'show')).toEqual([String]);
  });
});
