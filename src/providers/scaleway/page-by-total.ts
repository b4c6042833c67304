import { atPage, type RequestedPage } from "../transport/paging/read-pages.ts";

/** A page of an API that tells how many items there are, but not which page is the next. Without a total it ends with an empty page. */
export function pageByTotal({
  items,
  total,
  url,
  listed,
}: {
  readonly items: readonly unknown[];
  readonly total: number | null;
  readonly url: URL;
  /** Items of the pages before. */
  readonly listed: number;
}): RequestedPage {
  const isLast = items.length === 0 || listed + items.length >= (total ?? Infinity);
  const page = Number(url.searchParams.get("page") ?? "1");
  return { items, total, next: isLast ? null : atPage(url, page + 1) };
}
