export * from './embedded/backoff.ts';
export * from './embedded/embedded-event-bus.ts';
export * from './event-bus.port.ts';
export * from './feed/feed-wire.ts';
export * from './feed/http-log-feed.ts';
export * from './feed/log-feed.ts';
export * from './feed/published-watermark.ts';
export * from './partitioning.ts';
