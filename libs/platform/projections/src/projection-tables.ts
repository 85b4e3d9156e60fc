/** The books of a service's projections, in the service's own schema. */
export const PROJECTION_MIGRATION = {
  id: '0002-projections',
  sql: `
    create table projection_generation (
      generation text primary key,
      projection text not null,
      version integer not null,
      number integer not null,
      state text not null check (state in ('building', 'live', 'retired'))
    );
    create unique index projection_generation_live on projection_generation (projection) where state = 'live';

    create table projection_mark (
      consumer text not null,
      source text not null,
      partition integer not null,
      position bigint not null default 0,
      watermark timestamptz,
      parked integer not null default 0,
      primary key (consumer, source, partition)
    );

    create table projection_parked (
      consumer text not null,
      source text not null,
      position bigint not null,
      partition integer not null,
      stream text not null,
      revision integer not null,
      contract text,
      message jsonb not null,
      error text,
      parked_at timestamptz not null,
      primary key (consumer, source, position)
    );
    create index projection_parked_stream on projection_parked (consumer, source, stream, position);`,
} as const;

/** What readers remember of the logs, to know them again by: docs/decisions/0050-a-log-that-went-back.md. */
export const ANCHOR_MIGRATION = {
  id: '0004-anchors',
  sql: `
    -- The last event that was taken in, or an earlier one: {position, id, hash, stream, revision, incarnation}.
    alter table projection_mark add column anchor jsonb;
    -- Earlier ones, at growing distances.
    create table read_anchors (
      consumer text not null,
      source text not null,
      partition integer not null,
      position bigint not null,
      anchor jsonb not null,
      primary key (consumer, source, partition, position)
    );`,
} as const;

/** A schema's name as SQL writes it. */
export { quoted } from '@smartkey/database';
