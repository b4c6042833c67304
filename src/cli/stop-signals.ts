/** Tells when somebody asks this process to stop. */
export interface StopSignals {
  /** Resolves at the first signal; what is under way then ends in order. */
  readonly stopped: Promise<NodeJS.Signals>;
  readonly isStopped: boolean;
}

/** Under npm, one Ctrl-C arrives twice within milliseconds: from the terminal and from npm. */
const SAME_WISH_MS = 300;

/** Listens to signals from now on. A second one ends the process at once, after `atOnce`, which must not wait for anything. */
export function watchStopSignals(
  signals: readonly NodeJS.Signals[],
  atOnce: () => void = () => undefined,
): StopSignals {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | undefined;
  const hear = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    firstAt ??= now;
    resolve(signal);
    if (now - firstAt < SAME_WISH_MS) return;
    try {
      atOnce();
    } finally {
      for (const one of signals) process.off(one, hear);
      process.kill(process.pid, signal);
    }
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    stopped: promise,
    get isStopped() {
      return firstAt !== undefined;
    },
  };
}
