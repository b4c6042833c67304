import type { buildConnector, Dispatcher, request } from "undici";

type RequestOptions = Omit<Parameters<typeof request<null>>[1] & object, "dispatcher">;

/** Sends requests over connections that it keeps open. Dispose it, or they stay open. */
export interface HttpAgent extends AsyncDisposable {
  request(url: URL, options: RequestOptions): Promise<Dispatcher.ResponseData>;
}

/** undici is a megabyte of code, which a server that lists nothing yet need not load: the first request does. */
export function createHttpAgent(connect: buildConnector.BuildOptions): HttpAgent {
  const open = async (): Promise<Opened> => {
    const undici = await import("undici");
    return { request: undici.request, dispatcher: new undici.Agent({ connect }) };
  };
  let opened: Promise<Opened> | undefined;
  return {
    async request(url, options) {
      const { request: send, dispatcher } = await (opened ??= open());
      return send(url, { ...options, dispatcher });
    },
    async [Symbol.asyncDispose]() {
      await (await opened)?.dispatcher.destroy();
    },
  };
}

interface Opened {
  readonly request: typeof request;
  readonly dispatcher: Dispatcher;
}
