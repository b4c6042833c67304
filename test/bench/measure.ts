/** The median of some runs, in milliseconds, after one that does not count. */
export async function medianTime(run: () => unknown, runs = 9): Promise<number> {
  await run();
  const times: number[] = [];
  for (let n = 0; n < runs; n++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** One bar of the design, and whether it held. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly bar: number;
  /** Whether more is better. */
  readonly atLeast: boolean;
}

export function printBars(bars: readonly Bar[]): void {
  console.table(
    bars.map(({ what, measured, bar, atLeast }) => ({
      what,
      measured: Number(measured.toFixed(2)),
      bar: `${atLeast ? ">=" : "<="} ${bar}`,
      held: (atLeast ? measured >= bar : measured <= bar) ? "yes" : "NO",
    })),
  );
}
