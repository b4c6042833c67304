import { expect, test } from "vitest";
import { ProviderError, type ProviderErrorReason } from "../../../src/errors.ts";
import type { ImagePage } from "../../../src/providers/provider.ts";
import { type ListedPart, listParts } from "../../../src/providers/transport/paging/list-parts.ts";
import { inPart, type Step, walk } from "../../../src/providers/transport/paging/walk.ts";

const client = { takeCalls: () => 1 };

test("a part that fails half way is named once, and the others are listed", async () => {
  const pages = await drain(listParts(client, [part("a"), part("b", "invalid-answer"), part("c")]));

  expect(pages.map((page) => page.part)).toEqual(["a", "b", "b", "c"]);
  expect(pages.flatMap(({ failedParts = [] }) => failedParts)).toEqual([
    { part: "b", reason: "invalid-answer", message: "b: cloud here: no" },
  ]);
});

test("the first failure is thrown when every part fails, its calls told of already", async () => {
  const listing = listParts(client, [part("a", "forbidden"), part("b", "invalid-answer")]);

  await expect(drain(listing)).rejects.toMatchObject({ reason: "forbidden", calls: 0 });
});

test("refused credentials end the listing at once", async () => {
  const asked: string[] = [];

  await expect(drain(listParts(client, [part("a", "credentials"), part("b", undefined, asked)]))).rejects.toMatchObject(
    {
      reason: "credentials",
    },
  );
  expect(asked).toEqual([]);
});

test("parts after three that did not answer are not asked, and named as out of reach too", async () => {
  const asked: string[] = [];
  const silent = ["b", "c", "d"].map((name) => part(name, "unreachable"));

  const pages = await drain(listParts(client, [part("a"), ...silent, part("e", undefined, asked)]));

  expect(asked).toEqual([]);
  expect(pages.at(-1)?.failedParts).toMatchObject([{ part: "e", reason: "unreachable" }]);
});

test("a walk leaves a part that fails, with all that would follow from it", async () => {
  const seen: string[] = [];
  const root: Step = async () => ({ next: [inPart("a", branch("a", seen)), inPart("b", branch("b", seen, true))] });

  const pages = await drain(walk([root], { client, atOnce: 1 }));

  expect(seen).toEqual(["a", "a0", "a1", "b", "b0"]);
  expect(pages.every((page) => page.part !== undefined)).toBe(true);
  expect(pages.flatMap(({ failedParts = [] }) => failedParts)).toMatchObject([{ part: "b" }]);
});

test("a walk throws when every part fails, and when what leads to parts does", async () => {
  const failing = inPart("a", branch("a", [], true));
  const root: Step = () => Promise.reject(refusal("forbidden"));

  await expect(drain(walk([failing], { client, atOnce: 2 }))).rejects.toBeInstanceOf(ProviderError);
  await expect(drain(walk([root, inPart("b", branch("b", []))], { client, atOnce: 1 }))).rejects.toMatchObject({
    reason: "forbidden",
  });
});

function part(name: string, fails?: ProviderErrorReason, asked: string[] = []): ListedPart {
  return {
    part: name,
    async *list() {
      asked.push(name);
      if (fails === "unreachable") throw refusal(fails);
      yield { images: [], rejected: [], calls: 1 };
      if (fails) throw refusal(fails);
    },
  };
}

function branch(name: string, seen: string[], fails = false): Step {
  const leaf =
    (leafName: string): Step =>
    async () => {
      seen.push(leafName);
      if (fails) throw refusal("invalid-answer");
      return {};
    };
  return async () => {
    seen.push(name);
    return { next: [leaf(`${name}0`), leaf(`${name}1`)] };
  };
}

function refusal(reason: ProviderErrorReason): ProviderError {
  return new ProviderError("no", { provider: "cloud", scope: "here", reason }, { calls: 3 });
}

async function drain(pages: AsyncIterable<ImagePage>): Promise<ImagePage[]> {
  const all: ImagePage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
