/**
 * Whether two texts are equal, in a time that depends on the length of the first alone: how much of a guess is right must
 * not show in how long its refusal takes.
 */
export function equalInConstantTime(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let index = 0; index < expected.length; index++)
    difference |= expected.charCodeAt(index) ^ (index < given.length ? given.charCodeAt(index) : 0xffff);
  return difference === 0;
}
