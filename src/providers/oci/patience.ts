/** How long repositories that fail may keep one listing waiting, all of them together, in milliseconds. */
export interface PatienceLimits {
  /** From then on a repository is asked only once, and briefly. */
  readonly retryMs: number;
  /** From then on no more repositories are asked. */
  readonly totalMs: number;
}

/** Several are asked at the same time: of a registry that answers nothing any more, these are 8 minutes by the clock. */
export const PATIENCE: PatienceLimits = { retryMs: 10 * 60_000, totalMs: 30 * 60_000 };

/** The patience that is left for the repositories of one listing. */
export interface RepositoryPatience {
  /** To be called when a repository is asked; what it answers, when that has failed. */
  start(): () => void;
  isShort(): boolean;
  isOver(): boolean;
}

export function createPatience(
  { retryMs, totalMs }: PatienceLimits,
  now = () => performance.now(),
): RepositoryPatience {
  let spent = 0;
  return {
    start() {
      const since = now();
      return () => void (spent += now() - since);
    },
    isShort: () => spent > retryMs,
    isOver: () => spent > totalMs,
  };
}
