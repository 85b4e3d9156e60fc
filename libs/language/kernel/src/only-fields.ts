/** Takes these fields of an object, those that it has. */
export const onlyFields =
  <Field extends string>(...fields: readonly Field[]) =>
  <T extends { readonly [Name in Field]?: unknown }>(object: T): Pick<T, Field & keyof T> => {
    const taken: { [Name in Field]?: unknown } = {};
    for (const name of fields) if (name in object) taken[name] = object[name];
    return taken as Pick<T, Field & keyof T>;
  };
