/** What stands for itself in a step of a path (RFC 3986, 3.3), and octets coded as 2.1 has them: in upper case. */
const STEP = /^(?:[\w\-.~!$&'()*+,;=:@]|%[\dA-F]{2})+$/;
/** Coded although it would stand for itself (RFC 3986, 2.3): letters, digits, `-`, `.`, `_`, `~`. */
const NEEDLESSLY_CODED = /%(?:3\d|[46][1-9A-F]|[57][\dA]|2[DE]|5F|7E)/;

/**
 * Whether a path is written the one way that it is known by: no empty and no dot steps, nothing coded that need not be. Another
 * spelling would be another address to limits, repeats and logs, and the same one to a router.
 * @param path without its query.
 */
export const isCanonicalPath = (path: string): boolean =>
  path === '/' ||
  (path.startsWith('/') &&
    !NEEDLESSLY_CODED.test(path) &&
    path
      .slice(1)
      .split('/')
      .every((step) => STEP.test(step) && step !== '.' && step !== '..'));
