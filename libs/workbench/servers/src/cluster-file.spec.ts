import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterFile, readClusterFile } from './cluster-file.ts';

describe('cluster.json', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'smartkey-cluster-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells nothing where nothing runs', () => {
    expect(readClusterFile(folder)).toBeUndefined();
  });

  it('tells each part from its first start, the whole when it is known, and the last word on each', () => {
    const file = new ClusterFile(folder);
    file.tellPart('billing 1', { pid: 7, ready: false, url: 'http://127.0.0.1:1' });
    file.tell({ brokers: '127.0.0.1:2' });
    file.tellPart('kafka', { pid: 8, ready: true });
    file.tellPart('billing 1', { ready: false, url: 'http://127.0.0.1:1' });
    file.tell({ url: 'http://127.0.0.1:3' });
    expect(readClusterFile(folder)).toEqual({
      pid: process.pid,
      url: 'http://127.0.0.1:3',
      brokers: '127.0.0.1:2',
      parts: { 'billing 1': { ready: false, url: 'http://127.0.0.1:1' }, kafka: { pid: 8, ready: true } },
    });
  });

  it('can be read by its owner alone, and leaves no other file behind', () => {
    new ClusterFile(folder).tellPart('kafka', { pid: 8, ready: true });
    expect(statSync(join(folder, 'cluster.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['cluster.json']);
  });

  it('stays away once it was removed, whatever is told later', () => {
    const file = new ClusterFile(folder);
    file.tellPart('kafka', { pid: 8, ready: true });
    file.remove();
    file.tellPart('kafka', { ready: false });
    expect(readdirSync(folder)).toEqual([]);
  });
});
