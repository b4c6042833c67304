import { expect, test } from "vitest";
import { ProviderError } from "../../src/errors.ts";
import type { ImagePage, ImageProvider, SourceDescription } from "../../src/providers/provider.ts";

/** A provider under test, and the hands to move the cloud behind it. */
export interface Subject extends AsyncDisposable {
  readonly provider: ImageProvider;
  /** The source to list; by default the provider's last. */
  readonly source?: SourceDescription;
  /** Gives the cloud `count` images; more than two do not fit on one page. */
  offer(count: number): void;
  /** From now on the cloud answers one page and refuses the next. */
  breakAfterFirstPage(): void;
  /** From now on the second page's body is cut in the middle. */
  cutSecondPage(): void;
  /** From now on an empty page that names a next page comes between the others, where the API has such. */
  insertEmptyPage?(): void;
  /** From now on every page names itself as the next. */
  repeatPage?(): void;
}

/** What the sync relies on, and so what every adapter must do. */
export function describeProviderContract(start: () => Promise<Subject>): void {
  test("lists every image once, across three pages and more", async () => {
    await using cloud = await start();
    cloud.offer(7);
    const { images } = await listAll(cloud);
    expect(images).toHaveLength(7);
    expect(new Set(images.map((image) => image.id)).size).toBe(7);
  });

  test("lists nothing from an empty cloud", async () => {
    await using cloud = await start();
    expect(await listAll(cloud)).toMatchObject({ images: [], rejected: [] });
  });

  test("counts the calls it made", async () => {
    await using cloud = await start();
    cloud.offer(7);
    expect((await listAll(cloud)).calls).toBeGreaterThanOrEqual(4);
  });

  test("throws when a later page fails, and never ends early", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.breakAfterFirstPage();
    const seen: ImagePage[] = [];
    await expect(drain(cloud, seen)).rejects.toBeInstanceOf(ProviderError);
    expect(seen.filter((page) => page.images.length > 0)).toHaveLength(1);
  });

  test("throws when an answer is cut in the middle", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.cutSecondPage();
    await expect(listAll(cloud)).rejects.toBeInstanceOf(ProviderError);
  });

  test("goes on past an empty page that names a next one", async ({ skip }) => {
    await using cloud = await start();
    if (!cloud.insertEmptyPage) return skip("this API has no empty pages");
    cloud.offer(5);
    cloud.insertEmptyPage();
    expect((await listAll(cloud)).images).toHaveLength(5);
  });

  test("throws when the next page is the same page again", async ({ skip }) => {
    await using cloud = await start();
    if (!cloud.repeatPage) return skip("this API has no page links");
    cloud.offer(5);
    cloud.repeatPage();
    await expect(listAll(cloud)).rejects.toBeInstanceOf(ProviderError);
  });

  test("stops when told to", async () => {
    await using cloud = await start();
    cloud.offer(5);
    await expect(drain(cloud, [], AbortSignal.abort())).rejects.toThrow(/abort/i);
  });

  test("names itself in its sources", async () => {
    await using cloud = await start();
    const { name, sources } = cloud.provider;
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !source.key.startsWith(`${name} `))).toEqual([]);
  });
}

/** The whole listing of one source, as one page. */
export async function listAll(subject: Pick<Subject, "provider" | "source">): Promise<ImagePage> {
  const pages: ImagePage[] = [];
  await drain(subject, pages);
  const warning = pages.find((page) => page.warning !== undefined)?.warning;
  return {
    images: pages.flatMap((page) => page.images),
    rejected: pages.flatMap((page) => page.rejected),
    calls: pages.reduce((sum, page) => sum + page.calls, 0),
    ...(warning !== undefined && { warning }),
  };
}

async function drain(
  { provider, source = provider.sources.at(-1) }: Pick<Subject, "provider" | "source">,
  into: ImagePage[],
  signal = new AbortController().signal,
): Promise<void> {
  if (!source) throw new Error("the provider has no sources");
  for await (const page of provider.listImages(source, signal)) into.push(page);
}
