/** The median of some runs, in milliseconds, after one that does not count. */
export async function medianTime(run: () => unknown, runs = 9): Promise<number> {
  await run();
  const times: number[] = [];
  for (let n = 0; n < runs; n++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  return medianOf(times);
}

export function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** The same of several items that take turns, so that what else a machine does for a moment hits none of them alone. */
export async function mediansInTurn<T>(
  items: readonly T[],
  run: (item: T) => unknown,
  rounds: number,
): Promise<Map<T, number>> {
  const times = new Map(items.map((item): [T, number[]] => [item, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [item, all] of times) {
      const startedAt = performance.now();
      await run(item);
      if (round > 0) all.push(performance.now() - startedAt);
    }
  }
  return new Map([...times].map(([item, all]) => [item, medianOf(all)]));
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The value that so large a share of values is not above. */
export function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
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
