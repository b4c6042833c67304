import { describe, expect, test } from "vitest";
import { ProviderError } from "../../src/errors.ts";
import type { ImagePage, ImageProvider, SourceDescription } from "../../src/providers/provider.ts";
import { expectShownEverywhere } from "./shown-everywhere.ts";

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
  /** Of a source with parts that fail on their own. */
  readonly parts?: PartHands;
}

/** The hands to move the parts of a source. */
export interface PartHands {
  /** Gives two parts or more one image each, and answers these parts' names as pages say them. */
  offer(): readonly string[];
  /** From now on the cloud refuses what it is asked about this part, or about any part. */
  break(part?: string): void;
}

/** What the sync relies on, and so what every adapter must do. What an API has no way to get wrong is not asked of it. */
export function describeProviderContract(start: () => Promise<Subject>): void {
  describe("keeps the contract", async () => {
    await using cloud = await start();
    testEveryProvider(start);
    if (cloud.insertEmptyPage) testEmptyPages(start);
    if (cloud.repeatPage) testRepeatedPages(start);
    if (cloud.parts) testParts(start);
  });
}

function testEveryProvider(start: () => Promise<Subject>): void {
  test("lists every image once, across three pages and more", async () => {
    await using cloud = await start();
    cloud.offer(7);
    const { images } = await listAll(cloud);
    expect(images).toHaveLength(7);
    expect(new Set(images.map((image) => image.id)).size).toBe(7);
  });

  test("lists what is searched, shown, told of and printed like any other cloud's", async () => {
    await using cloud = await start();
    cloud.offer(1);
    const [image] = (await listAll(cloud)).images;
    if (!image) throw new Error("the cloud lists nothing");
    await expectShownEverywhere(cloud.provider, image);
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

  test("says so when a later page fails, and never ends early", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.breakAfterFirstPage();
    const seen: ImagePage[] = [];
    expect(await failureOf(cloud, seen)).toBeDefined();
    expect(seen.filter((page) => page.images.length > 0)).toHaveLength(1);
  });

  test("counts the calls that brought no page", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.breakAfterFirstPage();
    const seen: ImagePage[] = [];
    const failure = await failureOf(cloud, seen);
    const pages = seen.reduce((sum, page) => sum + page.calls, 0);
    // A command line makes no calls that anybody counts.
    const { calls = 1 } = failure instanceof ProviderError ? failure : { calls: 0 };
    expect(pages + calls).toBeGreaterThanOrEqual(2);
  });

  test("says so when an answer is cut in the middle", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.cutSecondPage();
    expect(await failureOf(cloud)).toBeDefined();
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

function testEmptyPages(start: () => Promise<Subject>): void {
  test("goes on past an empty page that names a next one", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.insertEmptyPage?.();
    expect((await listAll(cloud)).images).toHaveLength(5);
  });
}

function testRepeatedPages(start: () => Promise<Subject>): void {
  test("says so when the next page is the same page again", async () => {
    await using cloud = await start();
    cloud.offer(5);
    cloud.repeatPage?.();
    expect(await failureOf(cloud)).toBeDefined();
  });
}

function testParts(start: () => Promise<Subject>): void {
  test("names the part of every page that has images, the same in each listing", async () => {
    await using cloud = await start();
    const parts = cloud.parts?.offer() ?? [];
    const first: ImagePage[] = [];
    const second: ImagePage[] = [];
    await drain(cloud, first);
    await drain(cloud, second);
    expect(partsOf(first)).toEqual(new Set(parts));
    expect(partsOf(second)).toEqual(new Set(parts));
  });

  test("lists the other parts when one fails, and names the one that does", async () => {
    await using cloud = await start();
    const [broken = "", ...others] = cloud.parts?.offer() ?? [];
    cloud.parts?.break(broken);
    const pages: ImagePage[] = [];
    await drain(cloud, pages);
    expect(partsOf(pages)).toEqual(new Set(others));
    const failed = pages.flatMap((page) => page.failedParts ?? []);
    expect(failed).toEqual([{ part: broken, reason: expect.any(String), message: expect.stringContaining(broken) }]);
    expect(failed[0]?.message).not.toContain("\n");
  });

  test("throws when every part fails", async () => {
    await using cloud = await start();
    cloud.parts?.offer();
    cloud.parts?.break();
    const pages: ImagePage[] = [];
    await expect(drain(cloud, pages)).rejects.toBeInstanceOf(ProviderError);
    expect(pages.flatMap((page) => page.images)).toEqual([]);
  });
}

function partsOf(pages: readonly ImagePage[]): Set<string | undefined> {
  return new Set(pages.filter(({ images }) => images.length > 0).map(({ part }) => part));
}

/** How a listing says that it is not complete: by what it throws, or by the parts that it goes without. */
async function failureOf(cloud: Subject, into: ImagePage[] = []): Promise<ProviderError | string | undefined> {
  try {
    await drain(cloud, into);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  return cloud.parts && into.flatMap((page) => page.failedParts ?? [])[0]?.message;
}

/** The whole listing of one source, page by page. */
export async function pagesOf(subject: Pick<Subject, "provider" | "source">): Promise<readonly ImagePage[]> {
  const pages: ImagePage[] = [];
  await drain(subject, pages);
  return pages;
}

/** The whole listing of one source, as one page. */
export async function listAll(subject: Pick<Subject, "provider" | "source">): Promise<ImagePage> {
  const pages: ImagePage[] = [];
  await drain(subject, pages);
  const warning = pages.find((page) => page.warning !== undefined)?.warning;
  const failedParts = pages.flatMap((page) => page.failedParts ?? []);
  return {
    images: pages.flatMap((page) => page.images),
    rejected: pages.flatMap((page) => page.rejected),
    calls: pages.reduce((sum, page) => sum + page.calls, 0),
    ...(warning !== undefined && { warning }),
    ...(failedParts.length > 0 && { failedParts }),
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
