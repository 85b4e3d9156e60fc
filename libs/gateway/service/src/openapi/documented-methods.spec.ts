import { describe, expect, it } from '@jest/globals';
import { readOpenApiDocument } from './document.ts';
import { documentedMethods } from './documented-methods.ts';

describe('the methods of an address', () => {
  it('are those of the document, and none of an address that is not there', async () => {
    const methodsOf = documentedMethods(await readOpenApiDocument());
    expect(methodsOf('/v1/contracts')).toEqual(['POST', 'GET', 'HEAD']);
    expect(methodsOf('/v1/contracts/ctr_1/settings')).toEqual(['PUT']);
    expect(methodsOf('/v1/contracts/ctr_1/ids/imports')).toEqual(['POST']);
    expect(methodsOf('/v1/contracts/ctr_1/imports/imp_1/resultsXcsv')).toEqual([]);
    expect(methodsOf('/health/live')).toEqual(['GET', 'HEAD']);
    expect(methodsOf('/v1/nothing')).toEqual([]);
  });
});
