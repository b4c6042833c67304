/** Runs jobs: those of one key one after the other, and of all keys a few at a time. */
export type Lanes = <T>(key: string, job: () => Promise<T>) => Promise<T>;

export function createLanes(atOnce: number): Lanes {
  const tails = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < atOnce) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
  const inTurn = async <T>(before: Promise<void> | undefined, job: () => Promise<T>): Promise<T> => {
    await before;
    await enter();
    try {
      return await job();
    } finally {
      leave();
    }
  };
  return (key, job) => {
    const result = inTurn(tails.get(key), job);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, ended);
    void ended.then(() => tails.get(key) === ended && tails.delete(key));
    return result;
  };
}
