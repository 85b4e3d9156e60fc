import type { PublicRole } from '@smartkey/http';

/** Who may read documents and what follows from them. */
export const READERS: readonly PublicRole[] = ['operator', 'finance', 'auditor', 'contractor'];
