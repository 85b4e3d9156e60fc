import 'reflect-metadata';
import { isId, type IdPrefix } from '@smartkey/kernel';
import { Param } from '@nestjs/common';
import { notFoundProblem } from '../problem/problems.ts';

const idOf = (prefix: IdPrefix) => ({
  transform: (text: string) => {
    if (!isId(prefix, text)) throw notFoundProblem();
    return text;
  },
});

/**
 * An id of ours in a path, of the type that its prefix tells. What has not its form names nothing.
 * @throws ProblemException 404, as for one that is unknown.
 */
export const IdParam =
  (name: string, prefix: IdPrefix): ParameterDecorator =>
  (controller, method, index) => {
    // Of its type nothing is left at run time, where the document is made: it is text.
    const types = Reflect.getMetadata('design:paramtypes', controller, method!) as unknown[];
    types[index] = String;
    Param(name, idOf(prefix))(controller, method, index);
  };
