import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { KAFKA_MIGRATIONS } from '../bus/kafka-migrations.ts';
import { CheckpointOvertakenError, RelayCheckpoints } from './relay-checkpoint.ts';

describe('the checkpoint of a relay', () => {
  let server: DatabaseServer;
  let database: Database;
  beforeAll(async () => {
    server = await openPglite(undefined);
    database = await server.database('contract');
    await migrate(database, KAFKA_MIGRATIONS, 'relay');
  });
  afterAll(() => server.close());

  it('begins at the start of the log and goes on from what was written', async () => {
    const checkpoints = new RelayCheckpoints(database, 'one', 2);
    expect(await checkpoints.read()).toEqual({ position: 0n, links: [0n, 0n] });
    await checkpoints.write({ position: 5n, links: [5n, 3n] });
    expect(await checkpoints.read()).toEqual({ position: 5n, links: [5n, 3n] });
  });

  it('never goes back: who was paused and comes after another is told, and has changed nothing', async () => {
    const [stale, leading] = [
      new RelayCheckpoints(database, 'two', 1),
      new RelayCheckpoints(database, 'two', 1),
    ];
    await stale.write({ position: 5n, links: [5n] });
    await leading.write({ position: 9n, links: [9n] });
    await expect(stale.write({ position: 7n, links: [7n] })).rejects.toThrow(CheckpointOvertakenError);
    await expect(stale.write({ position: 9n, links: [9n] })).rejects.toThrow(CheckpointOvertakenError);
    expect(await leading.read()).toEqual({ position: 9n, links: [9n] });
  });

  it('takes what some partitions got beyond its position, but lets none of them go back', async () => {
    const checkpoints = new RelayCheckpoints(database, 'four', 2);
    await checkpoints.write({ position: 5n, links: [5n, 3n] });
    await checkpoints.write({ position: 5n, links: [9n, 3n] });
    await expect(checkpoints.write({ position: 5n, links: [5n, 8n] })).rejects.toThrow(
      CheckpointOvertakenError,
    );
    expect(await checkpoints.read()).toEqual({ position: 5n, links: [9n, 3n] });
    await checkpoints.write({ position: 9n, links: [9n, 8n] });
    expect(await checkpoints.read()).toEqual({ position: 9n, links: [9n, 8n] });
  });

  it('remembers of which incarnation the topic was told, also where nothing was published since, and before', async () => {
    const checkpoints = new RelayCheckpoints(database, 'five', 1);
    await checkpoints.write({ position: 0n, links: [0n], incarnation: 2 });
    await checkpoints.write({ position: 0n, links: [0n], incarnation: 4 });
    await checkpoints.write({ position: 5n, links: [5n] });
    expect(await checkpoints.read()).toEqual({ position: 5n, links: [5n], incarnation: 4 });
    await checkpoints.replace({ position: 3n, links: [3n], incarnation: 4 });
    expect(await checkpoints.read()).toEqual({ position: 3n, links: [3n], incarnation: 4 });
  });

  it('keeps no place behind the last event that was published, which an event of the log may get yet', async () => {
    const checkpoints = new RelayCheckpoints(database, 'six', 2);
    await checkpoints.write({ position: 50n, links: [9n, 7n] });
    expect(await checkpoints.read()).toEqual({ position: 9n, links: [9n, 7n] });
    // As a version before has kept it.
    await database.execute(`update relay_checkpoint set position = 50 where topic = 'six'`);
    expect(await checkpoints.read()).toEqual({ position: 9n, links: [9n, 7n] });
    expect(await RelayCheckpoints.positionOf(database, 'six')).toBe(9n);
    await checkpoints.write({ position: 60n, links: [9n, 20n] });
    expect(await checkpoints.read()).toEqual({ position: 20n, links: [9n, 20n] });
    await expect(checkpoints.write({ position: 60n, links: [10n, 7n] })).rejects.toThrow(
      CheckpointOvertakenError,
    );
  });

  it('begins anew where the topic has another number of partitions', async () => {
    await new RelayCheckpoints(database, 'three', 1).write({ position: 9n, links: [9n] });
    const more = new RelayCheckpoints(database, 'three', 2);
    expect(await more.read()).toEqual({ position: 0n, links: [0n, 0n] });
    await more.write({ position: 4n, links: [0n, 4n] });
    expect(await more.read()).toEqual({ position: 4n, links: [0n, 4n] });
  });
});
