import type { DynamicModule, Type, ValueProvider } from '@nestjs/common';

/** What a module is wired of by hand; Nest makes the controllers alone. */
export interface Wiring {
  readonly controllers: readonly Type[];
  /** What controllers are made of and ask for by its class. */
  readonly parts: readonly object[];
  /** What they ask for by a token. */
  readonly provided?: readonly ValueProvider[];
}

/** A value under its token: a symbol, or the class that it stands in for. */
export const provide = <T>(
  token: symbol | (abstract new (...args: never[]) => T),
  useValue: T,
): ValueProvider => ({ provide: token, useValue });

/** @param name tells the module apart in what Nest says. */
export function moduleOf(name: string, { controllers, parts, provided = [] }: Wiring): DynamicModule {
  const module = { [name]: class {} }[name]!;
  const providers = parts.map((part) => ({ provide: part.constructor, useValue: part }));
  return { module, controllers: [...controllers], providers: [...providers, ...provided] };
}
