import type { FastifyRequest } from 'fastify';

/** The path as it was sent, without its query. */
export const pathOf = ({ url }: Pick<FastifyRequest, 'url'>): string => url.split('?', 1)[0]!;
