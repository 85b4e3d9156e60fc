import { stepAt, totp } from '@smartkey/authentication-domain';
import { BASE32, type Instant, type TotpSettings } from '@smartkey/kernel';
import { nodeHmac } from '@smartkey/authentication-service';

/**
 * The code that an authenticator app shows at an instant (RFC 6238).
 * @param otpauthUri as an enrolment answers it: `otpauth://totp/…?secret=…&algorithm=…&digits=…&period=…`
 * @returns `undefined` where the URI has no readable secret or a setting that no enrolment has.
 */
export function codeShown(otpauthUri: string, at: Instant): string | undefined {
  const { searchParams } = new URL(otpauthUri);
  const secret = BASE32.decode(searchParams.get('secret') ?? '');
  const settings = settingsOf(searchParams);
  if (secret === undefined || secret.length === 0 || settings === undefined) return undefined;
  return totp(nodeHmac, settings, secret, stepAt(at, settings.period));
}

function settingsOf(parameters: URLSearchParams): TotpSettings | undefined {
  const algorithm = parameters.get('algorithm') ?? 'SHA1';
  const digits = Number(parameters.get('digits') ?? 6);
  const period = Number(parameters.get('period') ?? 30);
  if (algorithm !== 'SHA1' && algorithm !== 'SHA256' && algorithm !== 'SHA512') return undefined;
  if ((digits !== 6 && digits !== 8) || (period !== 30 && period !== 60)) return undefined;
  return { algorithm, digits, period };
}
