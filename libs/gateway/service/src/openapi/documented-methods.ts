interface Paths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Which methods an address of the public surface has, by its OpenAPI document: for `Allow`.
 * @param document as JSON text.
 * @returns for a path without its query; none where there is no such address.
 */
export function documentedMethods(document: string): (path: string) => readonly string[] {
  const { paths } = JSON.parse(document) as Paths;
  const known = Object.entries(paths).map(([path, operations]) => ({
    pattern: new RegExp(
      `^${path
        .split(/\{[^}]+\}/)
        .map(escaped)
        .join('[^/]+')}$`,
    ),
    names: path.split('{').length,
    methods: Object.keys(operations).flatMap((method) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    ),
  }));
  // As a router does: `…/ids/imports` is that address, and not the ID of that name.
  known.sort((a, b) => a.names - b.names);
  return (path) => known.find(({ pattern }) => pattern.test(path))?.methods ?? [];
}
