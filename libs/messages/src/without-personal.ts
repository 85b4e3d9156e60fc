import { SHOWN_FIELDS, type Showable } from './shown-fields.ts';

/**
 * The data of a message without what may name a person or repeat somebody's words: no names, addresses or reasons, also not those that
 * other services need. Ids, days, prices and amounts stay. Of a message or a field that this program does not know, nothing is shown.
 */
export function withoutPersonal(message: {
  readonly source: string;
  readonly type: string;
  readonly data: unknown;
}): unknown {
  const of = Object.hasOwn(SHOWN_FIELDS, message.source) ? SHOWN_FIELDS[message.source]! : {};
  return shown(message.data, Object.hasOwn(of, message.type) ? of[message.type]! : {});
}

function shown(value: unknown, as: Showable): unknown {
  if (as === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shown(item, as));
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, inner]) => {
      const its = as === false || !Object.hasOwn(as, field) ? false : as[field]!;
      return its === false ? [] : [[field, shown(inner, its)]];
    }),
  );
}
