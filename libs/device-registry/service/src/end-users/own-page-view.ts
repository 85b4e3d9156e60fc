import type { KnownAccount } from '@smartkey/device-registry-domain';
import { defined, type EndUser, type EnrolmentLinkId } from '@smartkey/kernel';
import { deviceView, type DeviceView } from '../devices/device-view.ts';

/** What a user sees of the ID. Before it was shown whose the link is, no more than what to do next. */
export interface OwnPage {
  readonly purpose: 'enrolment' | 'own-page' | 'report';
  /** A code must be shown first: `POST /v1/self/proof`. */
  readonly proofNeeded: boolean;
  /** How often the link still shows a QR code. */
  readonly shownLeft?: number;
  readonly link?: { readonly id: EnrolmentLinkId; readonly status: string };
  readonly externalId?: string;
  readonly devices?: readonly DeviceView[];
  /** Recovery codes that were not used. */
  readonly recoveryCodesLeft?: number;
  /** A device was reported: until an administrator has looked into it, nothing is enrolled. */
  readonly enrolmentStopped?: boolean;
}

/** @param shown how often a link shows a secret. */
export function ownPageOf(account: KnownAccount, user: EndUser, shown: number): OwnPage {
  if (user.reports !== undefined) return { purpose: 'report', proofNeeded: false };
  const link = account.enrolments.links?.find((one) => one.link === user.link);
  const proven = user.proven || link?.proof !== undefined || link?.status === 'confirmed';
  const proofNeeded = !proven && (link === undefined || account.devices.length > 0);
  return defined({
    purpose: link === undefined ? 'own-page' : 'enrolment',
    proofNeeded,
    link: link && { id: link.link, status: link.status },
    shownLeft: link && Math.max(0, shown - link.shown),
    ...(!proofNeeded && {
      externalId: account.externalId,
      devices: account.devices
        .filter(({ status }) => status !== 'revoked')
        .map((device) => deviceView(account.account, device)),
      recoveryCodesLeft: account.enrolments.recoveryCodes?.length ?? 0,
      enrolmentStopped: account.enrolments.stopped ?? false,
    }),
  } as const);
}
