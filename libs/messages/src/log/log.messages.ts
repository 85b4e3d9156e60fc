/** What every log says of itself, on the topic of its service: stream `log-<service>`. Who decided it, and why, is not told. */
export interface LogMessages {
  /** A key took the place of the one before it (docs/proof-format.md). */
  LogKeyRotated: {
    /** The name of the log in checkpoints: `<system>/<service>`. */
    log: string;
    /** The public key as C2SP signed-note writes it. */
    key: string;
    replaces: string;
    /** System time, RFC 3339 in whole seconds. */
    from: string;
    /** When the former key signs no more. */
    retiresAt: string;
  };

  /** What was kept outside the database was lost, and a person took the last checkpoint in the database for it. */
  CheckpointAdopted: {
    log: string;
    /** Events that it covers. */
    size: number;
    /** RFC 6962, hex. */
    root: string;
  };

  /**
   * Two people gave up what the log lacked, and it goes on under another name: the event `LogRestored` of the log, its first one behind the loss. The
   * record `LogRestored` on every partition tells of the same loss, with the same `incarnation` and `oldHead`.
   */
  LogRenamed: {
    /** `<system>/<service>/<incarnation>` */
    log: string;
    /** The name before it, which all earlier leaves keep. */
    oldOrigin: string;
    /** Events under the largest checkpoint that was signed under that name. */
    oldSize: number;
    /** RFC 6962, hex. */
    oldRoot: string;
    /** That checkpoint, a signed note. */
    oldNote: string;
    /** Events that were kept. */
    keptSize: number;
    incarnation: number;
    incarnationId: string;
    /** Of the last event that was kept; 0 of an empty log. */
    keptPosition: string;
    /** The furthest event that was known then; null where there was none. */
    oldHead: { position: string; id: string; hash: string } | null;
  };
}

export type LogMessageType = keyof LogMessages;
