import { Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Fingerprints, RequestScope } from './fingerprint.ts';
import type { RepeatableRequest } from './idempotency.ts';

const DAY = 24 * 3_600_000;
/** A provider that reuses a constant key must not get a success of long ago. */
const AUTHENTICATION_MILLIS = 120_000;

const keptFor = (path: string): number => (path === '/v1/authentications' ? AUTHENTICATION_MILLIS : DAY);

/** A request whose body is known as a whole. */
export function jsonRequest(
  scope: RequestScope,
  query: string,
  body: unknown,
  fingerprints: Fingerprints,
): RepeatableRequest {
  const fingerprint = fingerprints.ofJson(query, body);
  return {
    scope,
    keptFor: keptFor(scope.path),
    fingerprint: () => fingerprint,
    readToEnd: () => Promise.resolve(fingerprint),
  };
}

/** A request whose body is hashed as it goes by; hand on `body`. */
export function streamRequest(
  scope: RequestScope,
  query: string,
  source: Readable,
  fingerprints: Fingerprints,
): { readonly request: RepeatableRequest; readonly body: Readable } {
  const hmac = fingerprints.begin(query);
  let digest: Buffer | undefined;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hmac.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      digest = hmac.digest();
      done();
    },
  });
  source.on('error', (error) => body.destroy(error));
  source.pipe(body);
  const request: RepeatableRequest = {
    scope,
    keptFor: keptFor(scope.path),
    fingerprint: () => digest,
    readToEnd: async () => {
      body.resume();
      await finished(body);
      return digest!;
    },
  };
  return { request, body };
}
