import { type News, readNews } from "./news.ts";

/** A listener to the server's news. */
export interface Listening {
  readonly tell: (news: News) => void;
  /** Called when the connection is open. */
  readonly opened: () => void;
  readonly signal: AbortSignal;
}

/** The server sends something at least every 15 seconds. */
const SILENCE_MS = 20_000;

/** Listens until the server ends the stream; rejects if nothing came for so long that the server must be gone. */
export async function listenUntilSilent(
  ask: (signal: AbortSignal) => Promise<Response>,
  { tell, opened, signal }: Listening,
): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  heard();
  try {
    const { body } = await ask(AbortSignal.any([signal, silence.signal]));
    opened();
    if (body) await readNews(body, tell, heard);
  } finally {
    clearTimeout(timer);
  }
}
