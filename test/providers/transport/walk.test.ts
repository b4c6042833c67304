import { expect, test } from "vitest";
import type { ImagePage } from "../../../src/providers/provider.ts";
import { type Step, walk } from "../../../src/providers/transport/paging/walk.ts";

const client = { takeCalls: () => 1 };

test("takes every step once, however deep, and answers a page for each", async () => {
  const seen: string[] = [];

  const pages = await drain([treeOf("a", 3, seen), treeOf("b", 3, seen)], 3);

  expect(pages).toHaveLength(2 * (1 + 2 + 4 + 8));
  expect(new Set(seen).size).toBe(30);
});

test("has as many steps under way as allowed, and no more", async () => {
  let underWay = 0;
  let most = 0;
  const step: Step = async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return {};
  };

  await drain(
    Array.from({ length: 40 }, () => step),
    4,
  );

  expect(most).toBe(4);
});

test("goes deep before wide", async () => {
  const seen: string[] = [];

  await drain([treeOf("a", 2, seen), treeOf("b", 2, seen)], 1);

  expect(seen).toEqual(["a", "a0", "a00", "a01", "a1", "a10", "a11", "b", "b0", "b00", "b01", "b1", "b10", "b11"]);
});

test("throws what a step throws, though others fail after it", async () => {
  const failing =
    (message: string): Step =>
    async () => {
      throw new Error(message);
    };

  await expect(drain([failing("first"), failing("second"), failing("third")], 3)).rejects.toThrow("first");
});

test("ends at once where there is nothing to do", async () => {
  expect(await drain([], 4)).toEqual([]);
});

function treeOf(name: string, depth: number, seen: string[]): Step {
  return async () => {
    seen.push(name);
    return depth === 0 ? {} : { next: [treeOf(`${name}0`, depth - 1, seen), treeOf(`${name}1`, depth - 1, seen)] };
  };
}

async function drain(steps: readonly Step[], atOnce: number): Promise<ImagePage[]> {
  const pages: ImagePage[] = [];
  for await (const page of walk(steps, { client, atOnce })) pages.push(page);
  return pages;
}
