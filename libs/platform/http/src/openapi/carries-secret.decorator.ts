import { Header } from '@nestjs/common';
import { INTERNAL } from '../security/internal-headers.ts';

/** Marks an answer that carries a secret: the gateway keeps it for idempotent repeats only sealed and briefly. */
export const CarriesSecret = (): MethodDecorator => Header(INTERNAL.secret, '1');
