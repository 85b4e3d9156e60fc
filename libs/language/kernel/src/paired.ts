/** Each member of a list with that which stands in its place in another. @throws RangeError where one list is longer than the other. */
export function paired<A, B>(list: readonly A[], other: readonly B[]): readonly (readonly [A, B])[] {
  if (list.length !== other.length) throw new RangeError(`${list.length} are paired with ${other.length}`);
  const rest = other.values();
  return list.flatMap((one): (readonly [A, B])[] => {
    const next = rest.next();
    return next.done === true ? [] : [[one, next.value]];
  });
}
