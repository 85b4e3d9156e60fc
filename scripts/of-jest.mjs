import { createRequire } from 'node:module';

/**
 * Loads a package of the Jest that is installed, where the workspace names Jest alone.
 * @param names of packages, each named by the one before it, the first by Jest itself.
 */
export function ofJest(...names) {
  const near = (file, name) => createRequire(file).resolve(name);
  return createRequire(import.meta.url)(names.reduce(near, near(import.meta.url, 'jest')));
}
