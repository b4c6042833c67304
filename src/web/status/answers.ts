/** A sync run, as `GET /backends/{id}/syncs` tells of it. */
export interface RunJson {
  readonly id: number;
  readonly source: string;
  readonly kind: "full" | "probe" | "find";
  readonly state: "queued" | "running" | "complete" | "refused" | "failed";
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly listed: number;
  readonly added: number;
  readonly changed: number;
  readonly retired: number;
  readonly returned: number;
  readonly rejected: number;
  readonly code: string | null;
  readonly error: string | null;
  readonly warning: string | null;
}

/** The runs of a backend, the newest first. */
export interface BackendRuns {
  readonly backend: string;
  readonly runs: readonly RunJson[];
  /** Whether there are older ones. */
  readonly isCut: boolean;
}
