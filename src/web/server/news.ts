/** How far a sync is. */
export interface ProgressNews {
  readonly event: "progress";
  readonly backends: readonly string[];
  readonly run: number;
  readonly source: string;
  readonly phase: string;
  readonly listed: number;
  /** How many images the source had before; 0 when it was never listed. */
  readonly expected: number;
}

/** How a sync ended. */
export interface EndNews {
  readonly event: "end";
  readonly backends: readonly string[];
  readonly run: number;
  readonly source: string;
  readonly state: "complete" | "refused" | "failed";
  readonly error: string | null;
}

/** Images or settings of these backends changed. */
export interface CatalogueNews {
  readonly event: "catalogue";
  readonly backends: readonly string[];
}

export type News = ProgressNews | EndNews | CatalogueNews;

/**
 * Reads server-sent events. (The browser's own reader of them does not tell why it was refused.) `heard` is called for
 * everything that comes, comments included.
 */
export async function readNews(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  tell: (news: News) => void,
  heard: () => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    heard();
    text += decoder.decode(read.value, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const news = parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
      if (news) tell(news);
    }
  }
}

function parseEvent(block: string): News | undefined {
  const fields = new Map(
    block.split("\n").map((line) => {
      const at = line.indexOf(": ");
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = fields.get("data");
  return data === undefined ? undefined : { event: fields.get("event"), ...JSON.parse(data) };
}
