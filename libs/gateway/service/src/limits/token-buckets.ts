/** What a bucket says when a token is asked for. */
export interface Take {
  readonly granted: boolean;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Seconds until a token is there again (0 where granted) and until the bucket is full. */
  readonly retryAfterSeconds: number;
  readonly resetSeconds: number;
}

const MOST_BUCKETS = 50_000;

/** Token buckets by name, in memory: each holds `burst` tokens and gains `perSecond`. System time in milliseconds. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    readonly perSecond: number,
    readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(name: string): Take {
    const bucket = this.refilled(name);
    const granted = bucket.tokens >= 1;
    if (granted) bucket.tokens -= 1;
    return {
      granted,
      remaining: Math.floor(bucket.tokens),
      retryAfterSeconds: granted ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond)),
      resetSeconds: Math.ceil((this.burst - bucket.tokens) / this.perSecond),
    };
  }

  /** Whether the next token would be refused; takes none. */
  isEmpty(name: string): boolean {
    const bucket = this.buckets.get(name);
    return bucket !== undefined && this.refilled(name).tokens < 1;
  }

  private refilled(name: string): { tokens: number; at: number } {
    const now = this.now();
    let bucket = this.buckets.get(name);
    if (bucket === undefined) {
      if (this.buckets.size >= MOST_BUCKETS) this.makeRoom(now);
      this.buckets.set(name, (bucket = { tokens: this.burst, at: now }));
      return bucket;
    }
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    return bucket;
  }

  /** Forgets full buckets, which are as good as none; where all are in use, the oldest tenth. */
  private makeRoom(now: number): void {
    for (const [name, { tokens, at }] of this.buckets)
      if (tokens + ((now - at) / 1000) * this.perSecond >= this.burst) this.buckets.delete(name);
    let excess = this.buckets.size - MOST_BUCKETS * 0.9;
    for (const name of this.buckets.keys()) if (excess-- > 0) this.buckets.delete(name);
  }
}
