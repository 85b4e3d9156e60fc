/**
 * The usage ledger: quantities only, never money. Days are day numbers (`numberOfDay`); text is compared by bytes, which is what
 * ids need and the fastest there is.
 */
export const USAGE_LEDGER_DDL = `
  -- The facts of each contract, folded, and the messages they were folded from: for evidence and for a look at the past.
  create table contract_facts (
    contract text collate "C" primary key,
    revision integer not null,
    -- The order of acceptance, in which closes visit contracts: its instant, then where the application stands in the log.
    accepted_at timestamptz,
    applied_position bigint,
    facts jsonb not null
  );
  create index contract_accepted on contract_facts (accepted_at, applied_position) where accepted_at is not null;
  create table contract_message (
    contract text collate "C" not null,
    revision integer not null,
    position bigint not null,
    type text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    data jsonb not null,
    -- That the log chains the event by, here and below: what documents follow from is recorded by it. Null where the message did not tell it.
    hash bytea,
    primary key (contract, revision)
  );

  -- One spell of registration of an account, both days included, as it is known now; 2147483647: not ended. Those that were
  -- voided are not here.
  create table spell (
    contract text collate "C" not null,
    account text collate "C" not null,
    spell integer not null,
    from_day integer not null,
    to_day integer not null,
    -- The account has several spells: its days are a union. The many accounts with one need no grouping.
    several boolean not null,
    -- Its days were corrected since they were told: what they were at which position is in spell_version.
    changed boolean not null,
    from_revision integer not null,
    from_position bigint not null,
    to_revision integer,
    to_position bigint,
    -- When the registry's log took its beginning and its end: for a look at what was known at an instant.
    from_recorded timestamptz not null,
    to_recorded timestamptz,
    from_hash bytea,
    to_hash bytea,
    primary key (contract, account, spell)
  );
  create index spell_several on spell (contract, account) where several;

  -- What was known of a corrected or voided spell from each position of the registry's log on: documents issued before are proved by it.
  create table spell_version (
    contract text collate "C" not null,
    account text collate "C" not null,
    spell integer not null,
    position bigint not null,
    recorded_at timestamptz not null,
    revision integer not null,
    type text not null,
    from_day integer not null,
    to_day integer not null,
    voided boolean not null,
    hash bytea,
    primary key (contract, account, spell, position)
  );

  -- Facts that came when a month which they concern may have been issued: a row a fact, so that a close finds by them what may differ.
  create table late_fact (
    contract text collate "C" not null,
    source text not null,
    position bigint not null,
    -- The months that it may change, those before it was recorded.
    from_month text collate "C" not null,
    to_month text collate "C" not null,
    stream text not null,
    revision integer not null,
    day integer not null,
    ground text not null,
    -- 'usage', 'monthly' (base fee and usage), or the id of a fee.
    only_item text not null,
    -- A close has looked at the months with it in view, and nothing of them was left to be billed: no close looks again.
    answered boolean not null default false,
    primary key (contract, source, position)
  );
  create index late_fact_unanswered on late_fact (contract, source, position) where not answered;
  create index late_fact_of_fee on late_fact (contract, only_item) where only_item not in ('usage', 'monthly');

  -- Successful authentications of an account on a day.
  create table success (
    contract text collate "C" not null,
    day integer not null,
    account text collate "C" not null,
    count integer not null,
    first_revision integer not null,
    last_revision integer not null,
    primary key (contract, day, account)
  ) with (fillfactor = 80);

  -- Where each of them stands in authentication's log, and its hash: those of a batch packed together (success-places.ts).
  create table success_places (
    contract text collate "C" not null,
    day integer not null,
    first_position bigint not null,
    places bytea not null,
    primary key (contract, day, first_position)
  );
  -- Hashes do not get smaller.
  alter table success_places alter column places set storage external;
`;

/** `to_day` of a spell that has not ended. */
export const NOT_ENDED = 2_147_483_647;
