import { print } from "../print.ts";

/** Asks the server what a user might, and prints the command for it, the time and the first answers. */
export async function showQueries(url: string): Promise<void> {
  for (const term of ["ubuntu jammy arm64", "windows 2022", "tu/im"]) {
    const address = `${url}/backends/demo/images?${new URLSearchParams({ search_term: term, limit: "3" }).toString()}`;
    const first = await timedFetch(address);
    const again = await timedFetch(address);
    const entries: { id: string; name: string }[] = JSON.parse(first.body);
    print(`$ curl '${address}'`);
    for (const { id, name } of entries) print(`  ${id}  ${name}`);
    print(`  … ${first.total} found; first asked ${first.took} ms, again ${again.took} ms`);
  }
  print("");
  print(`The search page: ${url}/`);
  print("");
  print("More to try:");
  print(`$ curl -X GET ${url}/backends/demo/images -d '{"search_term":"Gentoo"}'`);
  print(`$ curl '${url}/backends/demo/suggestions?search_term=ubunut'`);
  print(`$ curl '${url}/backends/demo/syncs'`);
  print(`$ imagedex find debian 12 --server ${url}   # in a checkout: npm run -s imagedex -- find …`);
}

/** An answer, with the milliseconds until all of it was there. */
async function timedFetch(address: string): Promise<{ body: string; total: string | null; took: string }> {
  const startedAt = performance.now();
  const answer = await fetch(address);
  const body = await answer.text();
  return { body, total: answer.headers.get("x-total-count"), took: (performance.now() - startedAt).toFixed(1) };
}
