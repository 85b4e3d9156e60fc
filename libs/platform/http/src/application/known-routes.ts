import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((segment) =>
        segment.startsWith(':')
          ? '[^/]+'
          : segment === '*'
            ? '.*'
            : segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')}$`,
  );

/**
 * Remembers the routes as they are added, to tell "not this method" from "not this address".
 * @returns the methods that a path has.
 */
export function watchRoutes(fastify: FastifyInstance): (path: string) => readonly string[] {
  const known: KnownRoute[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    known.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (path) => [
    ...new Set(known.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods)),
  ];
}
